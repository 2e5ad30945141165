import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { changeOperator } from "./company-operator";

/**
 * Opens an account that too many wrong passwords have locked, and forgets those.
 *
 * @throws AppError NOT_FOUND
 */
export async function unlockOperator(
  ctx: ServiceContext<OperatorActor>,
  { operatorId }: { operatorId: string },
): Promise<Record<string, never>> {
  await changeOperator(ctx, operatorId, async (tx, { failedSignIns, lockedUntil }) => {
    if (failedSignIns === 0 && lockedUntil === null) return;
    await tx.operator.update({
      where: { id: operatorId },
      data: { failedSignIns: 0, lockedUntil: null },
    });
    await recordAuditEvent(tx, ctx, {
      action: "operator.unlocked",
      subject: `operator:${operatorId}`,
      companyId: ctx.actor.companyId,
      detail: {
        before: { failedSignIns, lockedUntil: lockedUntil?.toISOString() ?? null },
        after: { failedSignIns: 0, lockedUntil: null },
      },
    });
  });
  return {};
}
