import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { endSessionsOfOperator } from "@/server/domain/support-sessions/end-sessions-of-operator";
import { changeOperator, refuseOwnAccount } from "./company-operator";
import { requireAnotherAdministrator, requireSeats } from "./seats";

/**
 * Shuts an account out: its sign-ins, links and reception numbers end with the transaction, its support sessions right
 * after it. Every page that it has open on any management server is told by the notification. Doing it twice is doing it
 * once.
 *
 * @throws AppError NOT_FOUND, OWN_ACCOUNT, LAST_ADMINISTRATOR
 */
export async function disableOperator(
  ctx: ServiceContext<OperatorActor>,
  { operatorId }: { operatorId: string },
): Promise<Record<string, never>> {
  const { companyId } = ctx.actor;
  await changeOperator(ctx, operatorId, async (tx, operator) => {
    if (operator.disabledAt) return;
    if (operator.role === "administrator") await requireAnotherAdministrator(tx, companyId, operatorId);
    refuseOwnAccount(ctx, operatorId);
    await tx.operator.update({ where: { id: operatorId }, data: { disabledAt: ctx.now() } });
    await shutOut(tx, ctx, operatorId);
    await recordAuditEvent(tx, ctx, {
      action: "operator.disabled",
      subject: `operator:${operatorId}`,
      companyId,
      detail: { before: { disabled: false }, after: { disabled: true } },
    });
  });
  await endSessionsOfOperator(ctx, operatorId, "revoked");
  return {};
}

/**
 * Lets a disabled account in again. It takes a seat; the password and second factors are what they were.
 *
 * @throws AppError NOT_FOUND, SEATS_TAKEN
 */
export async function enableOperator(
  ctx: ServiceContext<OperatorActor>,
  { operatorId }: { operatorId: string },
): Promise<Record<string, never>> {
  const { companyId } = ctx.actor;
  await changeOperator(ctx, operatorId, async (tx, operator) => {
    if (!operator.disabledAt) return;
    await requireSeats(tx, companyId);
    await tx.operator.update({ where: { id: operatorId }, data: { disabledAt: null } });
    await recordAuditEvent(tx, ctx, {
      action: "operator.enabled",
      subject: `operator:${operatorId}`,
      companyId,
      detail: { before: { disabled: true }, after: { disabled: false } },
    });
  });
  return {};
}

/** Ends, within the transaction, whatever would let an account in or let a customer come to it. */
export async function shutOut(
  tx: DatabaseOrTransaction,
  ctx: ServiceContext<OperatorActor>,
  operatorId: string,
): Promise<void> {
  await revokeSignInsOf(tx, ctx, { operatorId });
  await tx.accountLink.deleteMany({ where: { operatorId } });
  await tx.receptionNumber.updateMany({
    where: { operatorId, state: "live" },
    data: { state: "cancelled" },
  });
  await notify(tx, `operator:${operatorId}`);
}
