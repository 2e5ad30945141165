import { z } from "zod";
import type { ProviderOverview, RelayRow } from "@/protocol/provider-site";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { seatedOperator } from "@/server/domain/companies/company-plan";
import { activeCompany, companiesInState } from "@/server/domain/companies/company-state";
import { isHeardOf } from "@/server/domain/relays/eligible-relay";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { isHealthy } from "@/server/domain/status/read-status";

const DAYS = 30;
const BUSIEST = 5;

const daysSchema = z.array(z.object({ day: z.string(), sessions: z.int(), minutes: z.int() }));
const busiestSchema = z.array(
  z.object({
    companyId: z.string(),
    code: z.string(),
    name: z.string(),
    sessions: z.int(),
    minutes: z.int(),
  }),
);

/** The service in numbers: now, and over the last 30 days. Of what a company does the provider sees counts alone. */
export async function providerOverview(
  ctx: ServiceContext<ProviderActor>,
  { timeZone }: { timeZone: string },
): Promise<ProviderOverview> {
  const { db } = ctx;
  const [active, suspended, closed, used, plans, waiting, live, relays, days, busiest] = await Promise.all([
    db.company.count({ where: activeCompany }),
    db.company.count({ where: companiesInState.suspended }),
    db.company.count({ where: companiesInState.closed }),
    db.operator.count({ where: { ...seatedOperator, company: activeCompany } }),
    db.company.aggregate({ where: activeCompany, _sum: { seats: true } }),
    db.supportSession.count({ where: { phase: { in: ["waiting", "accepted"] } } }),
    db.supportSession.count({ where: { phase: "live" } }),
    listRelays(ctx),
    countDays(ctx, timeZone),
    findBusiest(ctx, timeZone),
  ]);
  return {
    companies: { active, suspended, closed },
    seats: { used, total: plans._sum.seats ?? 0 },
    sessions: { waiting, live },
    relays,
    days,
    busiest,
  };
}

/** All relays, as their last heartbeats told. */
export async function listRelays(ctx: ServiceContext<ProviderActor>): Promise<RelayRow[]> {
  const now = ctx.now();
  const relays = await ctx.db.relay.findMany({ orderBy: [{ region: "asc" }, { id: "asc" }] });
  return relays.map((relay) => ({
    relayId: relay.id,
    region: relay.region,
    version: relay.version,
    state: relay.state,
    load: relay.load,
    workers: relay.workers,
    sessions: relay.sessions,
    registeredAt: relay.registeredAt,
    lastHeartbeatAt: relay.lastHeartbeatAt,
    healthy: isHealthy(relay, now),
    heard: isHeardOf(relay, now),
    givenUp: relay.givenUpAt !== null,
    otherProtocol: relay.protocolVersion !== SIGNALLING_PROTOCOL_VERSION,
  }));
}

/** Each of the days, those without sessions too. The phases are named so that the index on phase and time serves. */
async function countDays(ctx: ServiceContext, timeZone: string): Promise<ProviderOverview["days"]> {
  const rows = await ctx.db.$queryRaw`
    WITH days AS (
      SELECT generate_series(
        date_trunc('day', ${ctx.now()} AT TIME ZONE ${timeZone}) - make_interval(days => ${DAYS - 1}::int),
        date_trunc('day', ${ctx.now()} AT TIME ZONE ${timeZone}),
        interval '1 day'
      ) AS day
    ), counted AS (
      SELECT date_trunc('day', created_at AT TIME ZONE ${timeZone}) AS day,
             count(*)::int AS sessions, (sum(duration_seconds) / 60)::int AS minutes
      FROM support_session
      WHERE phase IN ('waiting', 'accepted', 'live', 'ended')
        AND created_at >= (SELECT min(day) AT TIME ZONE ${timeZone} FROM days)
      GROUP BY 1
    )
    SELECT to_char(days.day, 'YYYY-MM-DD') AS day, coalesce(sessions, 0) AS sessions, coalesce(minutes, 0) AS minutes
    FROM days LEFT JOIN counted USING (day)
    ORDER BY days.day`;
  return daysSchema.parse(rows);
}

async function findBusiest(ctx: ServiceContext, timeZone: string): Promise<ProviderOverview["busiest"]> {
  const rows = await ctx.db.$queryRaw`
    SELECT c.id AS "companyId", c.code, c.name, s.sessions, s.minutes
    FROM (
      SELECT company_id, count(*)::int AS sessions, (sum(duration_seconds) / 60)::int AS minutes
      FROM support_session
      WHERE phase IN ('waiting', 'accepted', 'live', 'ended')
        AND created_at >= (
          (date_trunc('day', ${ctx.now()} AT TIME ZONE ${timeZone}) - make_interval(days => ${DAYS - 1}::int))
          AT TIME ZONE ${timeZone}
        )
      GROUP BY company_id
      ORDER BY sessions DESC, company_id
      LIMIT ${BUSIEST}
    ) s JOIN company c ON c.id = s.company_id
    ORDER BY s.sessions DESC, c.name`;
  return busiestSchema.parse(rows);
}
