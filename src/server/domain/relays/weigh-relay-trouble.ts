import type { RelayTrouble } from "@/protocol/join-token";
import { RELAY_STALE_AFTER_MS } from "@/protocol/relay-api";
import { otherRole, type Role, roles } from "@/protocol/roles";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";
import type { CarriedSession } from "./assign-relay";
import { isEligible } from "./eligible-relay";
import { giveUpRelay } from "./give-up-relay";
import { relayAnswers } from "./relay-answers";

/** Within this time the moves of a session are counted, and what a side has told of its relay is remembered. */
const MEMORY_MS = 60_000;
/** A session that has moved this often within that time stays where it is: a client that lies cannot keep it moving. */
const MAX_MOVES = 3;
/** One side's word against a relay that lives and has the other side: it must be told again, at least this much later. */
const SAID_AGAIN_AFTER_MS = 3_000;

/** A side of a live session that asks where to join, or its Client Tool. */
export interface JoiningSide {
  readonly role: Role | "tool";
  /** As the audit log names it. */
  readonly actor: string;
  readonly trouble?: RelayTrouble | undefined;
}

/**
 * Whether a session shall leave its relay because of what one side tells of it. Heartbeats show a crash only after
 * {@link RELAY_STALE_AFTER_MS}; browsers know at once, but theirs is a claim, which may also be about their own network, or a lie.
 * So it only makes the management server look:
 *
 * - The claim must be about the relay that the session has now, or it is old: the other side was faster.
 * - Without another relay to go to nothing is asked at all.
 * - After {@link MAX_MOVES} moves within {@link MEMORY_MS}, for whatever reason, claims count for nothing until the minute is over.
 * - A relay that does not answer the management server itself is given up, for this session and all others, until its next
 *   heartbeat.
 * - A relay that answers keeps the session when the connection was only `broken`. When it is `unreachable` for this side, as behind
 *   a firewall that lets only some relays through, the session leaves: at once when the relay has nobody else who would be disturbed,
 *   else when the same is said again {@link SAID_AGAIN_AFTER_MS} later, within the minute. The first time is kept in the audit log,
 *   where the company can see who cannot reach which relay.
 */
export async function shouldLeaveRelay(
  ctx: ServiceContext,
  session: CarriedSession,
  { role, actor, trouble }: JoiningSide,
): Promise<boolean> {
  if (trouble === undefined || trouble.relayId !== session.relayId) return false;
  const now = ctx.now();
  const relays = await ctx.db.relay.findMany();
  const current = relays.find((relay) => relay.id === session.relayId);
  // One that gets no sessions any more is left without anybody's word.
  if (current === undefined || !isEligible(current, now)) return false;
  if (!relays.some((relay) => relay !== current && isEligible(relay, now))) return false;
  if ((await countMoves(ctx, session.id)) >= MAX_MOVES) return false;
  if (!(await relayAnswers(ctx, current))) {
    await giveUpRelay(ctx, current);
    return true;
  }
  if (trouble.kind === "broken") return false;
  const others = role === "tool" ? roles : [otherRole(role)];
  if (!(await isAnyPresent(ctx, session.id, others))) return true;
  return role !== "tool" && (await saysAgain(ctx, session, actor));
}

function countMoves(ctx: ServiceContext, sessionId: string): Promise<number> {
  return ctx.db.auditEvent.count({
    where: {
      subject: `session:${sessionId}`,
      action: "session.relay_assigned",
      at: { gt: new Date(ctx.now().getTime() - MEMORY_MS) },
    },
  });
}

async function isAnyPresent(
  ctx: ServiceContext,
  sessionId: string,
  others: readonly Role[],
): Promise<boolean> {
  const session = await ctx.db.supportSession.findUnique({
    where: { id: sessionId },
    select: { operatorPresent: true, customerPresent: true },
  });
  const present = { operator: session?.operatorPresent, customer: session?.customerPresent };
  return others.some((role) => present[role]);
}

/** Whether this side has told the same of the same relay before; the first time is written down. */
async function saysAgain(ctx: ServiceContext, session: CarriedSession, actor: string): Promise<boolean> {
  const now = ctx.now().getTime();
  const claim = {
    action: "session.relay_unreachable",
    subject: `session:${session.id}`,
    actor,
  } as const;
  const first = await ctx.db.auditEvent.findFirst({
    where: {
      ...claim,
      at: { gt: new Date(now - MEMORY_MS) },
      detail: { path: ["relay"], equals: session.relayId ?? "" },
    },
    orderBy: { id: "asc" },
    select: { at: true },
  });
  if (first !== null) return now - first.at.getTime() >= SAID_AGAIN_AFTER_MS;
  await ctx.db.$transaction((tx) =>
    recordAuditEvent(tx, ctx, {
      ...claim,
      companyId: session.companyId,
      detail: { relay: session.relayId },
    }),
  );
  return false;
}
