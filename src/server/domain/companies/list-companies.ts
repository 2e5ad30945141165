import { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { CompanyDetail, CompanyRow, ListCompaniesInput } from "@/protocol/provider-site";
import type { Company, Prisma } from "@/server/db/generated/client";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { planOf, seatedOperator } from "./company-plan";
import { companiesInState, companyState } from "./company-state";
import { exportRecipients } from "./export-links";
import { findFirstAdministrator } from "./invite-administrator";

const RECENT_MS = 30 * 24 * 60 * 60_000;
/** More than anybody reads; whoever has more filters. */
const MAX_ROWS = 200;

const recentSchema = z.array(z.object({ companyId: z.string(), sessions: z.int(), minutes: z.int() }));

/** Companies in the order of their names, as contract and counts. */
export async function listCompanies(
  ctx: ServiceContext<ProviderActor>,
  { text, state }: ListCompaniesInput,
): Promise<{ rows: CompanyRow[]; total: number }> {
  // Prisma hands the text to LIKE as it is: its two wildcards are meant as themselves here.
  const literal = text?.replace(/[\\%_]/g, "\\$&");
  const contains = literal ? { contains: literal, mode: "insensitive" as const } : null;
  const where: Prisma.CompanyWhereInput = {
    ...(state ? companiesInState[state] : {}),
    ...(contains && { OR: [{ code: contains }, { name: contains }] }),
  };
  const [companies, total] = await Promise.all([
    ctx.db.company.findMany({ where, orderBy: [{ name: "asc" }, { id: "asc" }], take: MAX_ROWS }),
    ctx.db.company.count({ where }),
  ]);
  return { rows: await withCounts(ctx, companies), total };
}

/**
 * One company, as contract and counts.
 *
 * @throws AppError NOT_FOUND
 */
export async function readCompany(
  ctx: ServiceContext<ProviderActor>,
  { companyId }: { companyId: string },
): Promise<CompanyDetail> {
  const company = await ctx.db.company.findUnique({ where: { id: companyId } });
  if (!company) throw new AppError("NOT_FOUND");
  const [[row], firstAdministrator, recipients, exported] = await Promise.all([
    withCounts(ctx, [company]),
    findFirstAdministrator(ctx.db, companyId),
    ctx.db.operator.count({ where: exportRecipients(companyId) }),
    ctx.db.companyExportLink.aggregate({ where: { companyId }, _max: { lastUsedAt: true } }),
  ]);
  if (!row) throw new AppError("NOT_FOUND");
  const invitation = firstAdministrator
    ? await ctx.db.accountLink.findFirst({
        where: { operatorId: firstAdministrator.id, usedAt: null, expiresAt: { gt: ctx.now() } },
        orderBy: { expiresAt: "desc" },
        select: { expiresAt: true },
      })
    : null;
  const { createdAt, suspendedAt, suspendReason, closedAt, deleteAfter, deletedAt } = company;
  return {
    ...row,
    createdAt,
    suspendedAt,
    suspendReason,
    closedAt,
    deleteAfter,
    deletedAt,
    awaitsFirstAdministrator: firstAdministrator !== null && closedAt === null,
    invitationUntil: invitation?.expiresAt ?? null,
    exportRecipients: recipients,
    exportedAt: exported._max.lastUsedAt,
  };
}

async function withCounts(
  ctx: ServiceContext<ProviderActor>,
  companies: readonly Company[],
): Promise<CompanyRow[]> {
  const ids = companies.map(({ id }) => id);
  const [seats, open, recent] = await Promise.all([
    ctx.db.operator.groupBy({
      by: ["companyId"],
      where: { companyId: { in: ids }, ...seatedOperator },
      _count: true,
    }),
    ctx.db.supportSession.groupBy({
      by: ["companyId"],
      where: { companyId: { in: ids }, phase: { in: ["waiting", "accepted", "live"] } },
      _count: true,
    }),
    countRecent(ctx, ids),
  ]);
  const seatsOf = new Map(seats.map(({ companyId, _count }) => [companyId, _count]));
  const openOf = new Map(open.map(({ companyId, _count }) => [companyId, _count]));
  const recentOf = new Map(recent.map((row) => [row.companyId, row]));
  return companies.map((company) => ({
    companyId: company.id,
    code: company.code,
    name: company.name,
    region: company.region,
    state: companyState(company),
    plan: planOf(company),
    seatsUsed: seatsOf.get(company.id) ?? 0,
    openSessions: openOf.get(company.id) ?? 0,
    recentSessions: recentOf.get(company.id)?.sessions ?? 0,
    recentMinutes: recentOf.get(company.id)?.minutes ?? 0,
  }));
}

async function countRecent(ctx: ServiceContext, companyIds: readonly string[]) {
  const since = new Date(ctx.now().getTime() - RECENT_MS);
  const rows = await ctx.db.$queryRaw`
    SELECT company_id AS "companyId", count(*)::int AS sessions,
           (coalesce(sum(duration_seconds), 0) / 60)::int AS minutes
    FROM support_session
    WHERE company_id = ANY(${companyIds}::uuid[]) AND created_at >= ${since}
    GROUP BY company_id`;
  return recentSchema.parse(rows);
}
