import { z } from "zod";
import { endReasonSchema } from "@/protocol/end-reason";
import { permissionsSchema } from "@/protocol/permissions";
import type { TimelineEvent } from "@/protocol/session-log";
import type { ServiceContext } from "@/server/domain/service-context";

/** A session has some ten events; one whose permissions change all the time shows the first of them. */
const EVENTS_MAX = 500;

const relayDetail = z.object({ relay: z.string() });
const reasonDetail = z.object({ reason: endReasonSchema });

/**
 * What the audit log holds of one session, in the order in which it happened. Only what a page shows leaves here: addresses
 * and the rest of an entry are for the audit log itself.
 */
export async function readTimeline(
  ctx: Pick<ServiceContext, "db">,
  session: { readonly id: string; readonly receptionId: string; readonly companyId: string },
): Promise<TimelineEvent[]> {
  const events = await ctx.db.auditEvent.findMany({
    where: {
      companyId: session.companyId,
      subject: { in: [`session:${session.id}`, `reception:${session.receptionId}`] },
    },
    orderBy: { id: "asc" },
    take: EVENTS_MAX,
    select: { id: true, at: true, actor: true, action: true, detail: true },
  });
  const operatorIds = events.flatMap(({ actor }) => (actor.startsWith("operator:") ? [idOf(actor)] : []));
  const operators = await ctx.db.operator.findMany({
    where: { companyId: session.companyId, id: { in: [...new Set(operatorIds)] } },
    select: { id: true, name: true },
  });
  const names = new Map(operators.map(({ id, name }) => [id, name]));
  return events.map(({ id, at, actor, action, detail }) => ({
    eventId: String(id),
    at,
    action,
    actor: kindOf(actor),
    actorName: names.get(idOf(actor)) ?? null,
    endReason: reasonDetail.safeParse(detail).data?.reason ?? null,
    permissions: permissionsSchema.safeParse(detail).data ?? null,
    relay: relayDetail.safeParse(detail).data?.relay ?? null,
  }));
}

function idOf(actor: string): string {
  return actor.slice(actor.indexOf(":") + 1);
}

const kinds = ["operator", "customer", "relay", "provider"] as const;

function kindOf(actor: string): TimelineEvent["actor"] {
  return kinds.find((kind) => actor === kind || actor.startsWith(`${kind}:`)) ?? "system";
}
