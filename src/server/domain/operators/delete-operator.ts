import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { endSessionsOfOperator } from "@/server/domain/support-sessions/end-sessions-of-operator";
import { changeOperator, refuseOwnAccount } from "./company-operator";
import { shutOut } from "./disable-operator";
import { auditedFields } from "./operator-record";
import { requireAnotherAdministrator } from "./seats";

/**
 * Deletes an account for good. Its id, ID and name stay, so that the log can say who it was; the ID is free again, and
 * the address, the password and everything else that could sign in are gone.
 *
 * @throws AppError NOT_FOUND, OWN_ACCOUNT, LAST_ADMINISTRATOR
 */
export async function deleteOperator(
  ctx: ServiceContext<OperatorActor>,
  { operatorId }: { operatorId: string },
): Promise<Record<string, never>> {
  const { companyId } = ctx.actor;
  await changeOperator(ctx, operatorId, async (tx, operator) => {
    if (operator.role === "administrator" && !operator.disabledAt) {
      await requireAnotherAdministrator(tx, companyId, operatorId);
    }
    refuseOwnAccount(ctx, operatorId);
    const now = ctx.now();
    await tx.operator.update({
      where: { id: operatorId },
      data: {
        deletedAt: now,
        // Disabled as well, so that nothing that asks only for that lets it in.
        disabledAt: operator.disabledAt ?? now,
        email: null,
        passwordHash: null,
        passwordChangedAt: null,
        mustChangePassword: false,
        failedSignIns: 0,
        lockedUntil: null,
        lastSignInAt: null,
        formerPasswords: { deleteMany: {} },
        recoveryCodes: { deleteMany: {} },
        passkeys: { deleteMany: {} },
      },
    });
    await tx.totpCredential.deleteMany({ where: { operatorId } });
    await shutOut(tx, ctx, operatorId);
    await recordAuditEvent(tx, ctx, {
      action: "operator.deleted",
      subject: `operator:${operatorId}`,
      companyId,
      detail: { before: auditedFields(operator), after: null },
    });
  });
  await endSessionsOfOperator(ctx, operatorId, "revoked");
  return {};
}
