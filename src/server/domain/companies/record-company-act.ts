import type { DatabaseOrTransaction } from "@/server/db/client";
import { type AuditEntry, recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";

/**
 * Writes down what was done to a company, for both sides: in the company's log, whose administrators may know, and in the
 * provider's. The company's comes first: whoever writes to both chains locks them in this order.
 */
export async function recordCompanyAct(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "actor" | "clientAddress" | "now">,
  companyId: string,
  { action, detail }: Pick<AuditEntry, "action" | "detail">,
): Promise<void> {
  const entry = { action, subject: `company:${companyId}`, ...(detail && { detail }) };
  await recordAuditEvent(tx, ctx, { ...entry, companyId });
  await recordAuditEvent(tx, ctx, { ...entry, companyId: null });
}
