import type { DatabaseOrTransaction } from "@/server/db/client";
import { notify, type Topic } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { closeSessionOnRelay } from "@/server/domain/relays/close-session-on-relay";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { endSupportSession } from "@/server/domain/support-sessions/end-support-session";

const REASON = "company_suspended";
/** Each end is a transaction of its own; more at a time would take the whole pool from everybody else. */
const ENDS_AT_A_TIME = 8;

/**
 * Ends everything that a suspended or closed company has open: its sign-ins, its live numbers and its sessions, on every
 * server. The company's row says already that it is stopped, so nothing new begins; what is ended here is what was there.
 *
 * Apart from the transaction that stops the company, see `lockCompany` on why. Should the server die in between, the job
 * {@link stopCompanies} does the rest.
 *
 * @returns how many things were ended
 */
export async function endEverythingOf(ctx: ServiceContext, companyId: string): Promise<number> {
  const signIns = await revokeSignIns(ctx, companyId);
  const numbers = await cancelNumbers(ctx, companyId);
  const sessions = await endSessions(ctx, companyId);
  return signIns + numbers + sessions;
}

/** For the companies that are stopped and yet have something open: a server may have died in the middle. */
export async function stopCompanies(ctx: ServiceContext<SystemActor>): Promise<number> {
  const stopped = await ctx.db.company.findMany({
    where: {
      OR: [{ suspendedAt: { not: null } }, { closedAt: { not: null } }],
      AND: {
        OR: [
          { supportSessions: { some: { phase: { in: ["waiting", "accepted", "live"] } } } },
          { receptions: { some: { state: "live" } } },
          { operators: { some: { signIns: { some: openSignIn(ctx) } } } },
        ],
      },
    },
    select: { id: true },
  });
  let ended = 0;
  for (const { id } of stopped) ended += await endEverythingOf(ctx, id);
  return ended;
}

function openSignIn(ctx: Pick<ServiceContext, "now">) {
  return { revokedAt: null, expiresAt: { gt: ctx.now() } } as const;
}

/** First of all, so that open pages are told at once. */
async function revokeSignIns(ctx: ServiceContext, companyId: string): Promise<number> {
  return ctx.db.$transaction(async (tx) => {
    const revoked = await tx.signIn.updateManyAndReturn({
      where: { operator: { companyId }, ...openSignIn(ctx) },
      data: { revokedAt: ctx.now() },
      select: { id: true },
    });
    await tell(
      tx,
      revoked.map(({ id }) => `sign_in:${id}` as const),
    );
    return revoked.length;
  });
}

async function cancelNumbers(ctx: ServiceContext, companyId: string): Promise<number> {
  return ctx.db.$transaction(async (tx) => {
    const cancelled = await tx.receptionNumber.updateManyAndReturn({
      where: { companyId, state: "live" },
      data: { state: "cancelled" },
      select: { id: true },
    });
    for (const { id } of cancelled) {
      await recordAuditEvent(tx, ctx, {
        action: "reception.cancelled",
        subject: `reception:${id}`,
        companyId,
        detail: { reason: REASON },
      });
    }
    return cancelled.length;
  });
}

/**
 * The database first for all sessions, which both sides' pages follow at once; then the relays for all together, so that one
 * that does not answer holds nobody up.
 */
async function endSessions(ctx: ServiceContext, companyId: string): Promise<number> {
  const open = await ctx.db.supportSession.findMany({
    where: { companyId, phase: { not: "ended" } },
    select: { id: true },
  });
  const waiting = [...open];
  const ended: string[] = [];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const from = ["waiting", "accepted", "live"] as const;
      const outcome = { sessionId: next.id, from, reason: REASON, tellRelay: false } as const;
      if (await endSupportSession(ctx, outcome)) ended.push(next.id);
    }
  };
  await Promise.all(Array.from({ length: ENDS_AT_A_TIME }, work));
  const carried = await ctx.db.supportSession.findMany({
    where: { id: { in: ended } },
    select: { id: true, relay: { select: { id: true, commandUrl: true } } },
  });
  await Promise.all(
    carried.map(async ({ id, relay }) => (relay ? closeSessionOnRelay(ctx, relay, id, REASON) : undefined)),
  );
  return ended.length;
}

async function tell(tx: DatabaseOrTransaction, topics: readonly Topic[]): Promise<void> {
  if (topics.length > 0) await notify(tx, ...topics);
}
