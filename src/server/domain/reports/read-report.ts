import { AppError } from "@/lib/app-error";
import type { EndReason } from "@/protocol/end-reason";
import type { SurveyAnswer } from "@/protocol/session-log";
import type { ReportFigures, ReportQuery, SessionReport } from "@/protocol/session-report";
import { Prisma } from "@/server/db/generated/client";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { daysOfPeriod } from "./days-of-period";

interface Group {
  readonly part: number;
  readonly day: string | null;
  readonly weekday: number | null;
  readonly hour: number | null;
  readonly operator_id: string | null;
  readonly end_reason: EndReason | null;
  readonly survey_answer: SurveyAnswer | null;
  readonly sessions: bigint;
  readonly shared: bigint;
  readonly seconds: bigint;
}

/** The bits of PostgreSQL's grouping(): set for every column that a row is not grouped by. */
const PARTS = {
  total: 0b111111,
  day: 0b011111,
  hour: 0b100111,
  operator: 0b111011,
  endReason: 0b111101,
  survey: 0b111110,
} as const;

/**
 * Figures over the company's ended sessions of a period, in one pass. Days, hours and weekdays are those of the viewer's
 * zone, summer time included.
 *
 * @throws AppError BAD_REQUEST for a zone that PostgreSQL does not know
 */
export async function readReport(
  ctx: ServiceContext<OperatorActor>,
  { from, to, timeZone, operatorId }: ReportQuery,
): Promise<SessionReport> {
  const { companyId } = ctx.actor;
  await refuseUnknownZone(ctx, timeZone);
  const groups = await ctx.db.$queryRaw<Group[]>`
    SELECT grouping(day, weekday, hour, operator_id, end_reason, survey_answer) AS part,
      day, weekday, hour, operator_id, end_reason::text AS end_reason, survey_answer::text AS survey_answer,
      count(*) AS sessions, count(*) FILTER (WHERE shared) AS shared, coalesce(sum(duration_seconds), 0)::bigint AS seconds
    FROM (
      SELECT to_char(at, 'YYYY-MM-DD') AS day, extract(isodow FROM at)::int AS weekday, extract(hour FROM at)::int AS hour,
        operator_id, end_reason, survey_answer, started_at IS NOT NULL AS shared, duration_seconds
      FROM (
        SELECT created_at AT TIME ZONE ${timeZone} AS at, operator_id, end_reason, survey_answer, started_at, duration_seconds
        FROM support_session
        WHERE company_id = ${companyId}::uuid AND phase = 'ended'
          AND created_at >= ${from}::timestamptz AND created_at < ${to}::timestamptz
          ${operatorId === undefined ? Prisma.empty : Prisma.sql`AND operator_id = ${operatorId}::uuid`}
      ) local
    ) session
    GROUP BY GROUPING SETS ((), (day), (weekday, hour), (operator_id), (end_reason), (survey_answer))`;
  const part = (wanted: number) => groups.filter((group) => group.part === wanted);
  const byDay = new Map(part(PARTS.day).map((group) => [group.day, figuresOf(group)]));
  const total = part(PARTS.total)[0];
  return {
    total: total ? figuresOf(total) : NOTHING,
    byDay: daysOfPeriod(from, to, timeZone).map((day) => ({ day, ...(byDay.get(day) ?? NOTHING) })),
    byHour: part(PARTS.hour).flatMap((group) =>
      group.weekday === null || group.hour === null
        ? []
        : [{ weekday: group.weekday, hour: group.hour, ...figuresOf(group) }],
    ),
    byOperator: await named(ctx, part(PARTS.operator)),
    byEndReason: part(PARTS.endReason)
      .flatMap((group) => (group.end_reason ? [{ endReason: group.end_reason, ...figuresOf(group) }] : []))
      .sort(bySessions),
    // Nobody asks when nothing was shared.
    bySurvey: part(PARTS.survey)
      .filter(({ survey_answer, shared }) => survey_answer !== null || shared > 0n)
      .map((group) => ({ answer: group.survey_answer, ...figuresOf(group) })),
  };
}

const NOTHING: ReportFigures = { sessions: 0, shared: 0, seconds: 0 };

function figuresOf({ sessions, shared, seconds }: Group): ReportFigures {
  return { sessions: Number(sessions), shared: Number(shared), seconds: Number(seconds) };
}

function bySessions(a: ReportFigures, b: ReportFigures): number {
  return b.sessions - a.sessions;
}

async function named(ctx: ServiceContext<OperatorActor>, groups: readonly Group[]) {
  const operators = await ctx.db.operator.findMany({
    where: {
      companyId: ctx.actor.companyId,
      id: { in: groups.flatMap(({ operator_id }) => operator_id ?? []) },
    },
    select: { id: true, name: true },
  });
  const names = new Map(operators.map(({ id, name }) => [id, name]));
  return groups
    .flatMap((group) =>
      group.operator_id
        ? [{ operatorId: group.operator_id, name: names.get(group.operator_id) ?? "", ...figuresOf(group) }]
        : [],
    )
    .sort(bySessions);
}

/** The browser's list of zones is newer than that of many a PostgreSQL. */
async function refuseUnknownZone(ctx: Pick<ServiceContext, "db">, timeZone: string): Promise<void> {
  const [known] = await ctx.db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM pg_timezone_names WHERE lower(name) = lower(${timeZone})`;
  if (!known || known.count === 0n) throw new AppError("BAD_REQUEST");
}
