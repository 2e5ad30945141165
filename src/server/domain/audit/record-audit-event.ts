import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Prisma } from "@/server/db/generated/client";
import type { ServiceContext } from "@/server/domain/service-context";

export interface AuditEntry {
  /** `session.accepted`, `reception.issued`, `sign_in.failed`, …: what it was done to, a dot, what was done. */
  readonly action: string;
  /** `session:<uuid>`, `reception:<uuid>`, …; null: nothing in particular. */
  readonly subject: string | null;
  /** Whose log it belongs to; null: the provider's. */
  readonly companyId: string | null;
  /** Who did it, when the context cannot tell, as `customer:<session uuid>`. */
  readonly actor?: string;
  /** More of it. Never a secret, a number, a typed code or a session's content. */
  readonly detail?: Prisma.InputJsonObject;
}

/**
 * Adds a row to the audit log.
 *
 * @param tx the transaction that does what is being logged, so that neither exists without the other
 */
export async function recordAuditEvent(
  tx: DatabaseOrTransaction,
  context: Pick<ServiceContext, "actor" | "clientAddress" | "now">,
  entry: AuditEntry,
): Promise<void> {
  await tx.auditEvent.create({
    data: {
      at: context.now(),
      companyId: entry.companyId,
      actor: entry.actor ?? describeActor(context.actor),
      action: entry.action,
      subject: entry.subject,
      clientAddress: context.clientAddress,
      detail: entry.detail ?? {},
    },
    select: { id: true },
  });
}

/** The actor as the audit log writes it. */
function describeActor(actor: ServiceContext["actor"]): string {
  switch (actor.kind) {
    case "operator":
      return `operator:${actor.operatorId}`;
    case "provider":
      return `provider:${actor.providerAccountId}`;
    case "customer":
    case "relay":
    case "anonymous":
    case "system":
      return actor.kind;
  }
}
