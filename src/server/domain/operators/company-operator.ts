import { AppError } from "@/lib/app-error";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Operator } from "@/server/db/generated/client";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { lockCompany } from "./seats";

/**
 * One of the caller's company's accounts. Another company's, a deleted one's and no account's id are answered alike.
 *
 * @throws AppError NOT_FOUND
 */
export async function companyOperator(
  ctx: ServiceContext<OperatorActor>,
  tx: DatabaseOrTransaction,
  operatorId: string,
): Promise<Operator> {
  const operator = await tx.operator.findFirst({
    where: { id: operatorId, companyId: ctx.actor.companyId, deletedAt: null },
  });
  if (!operator) throw new AppError("NOT_FOUND");
  return operator;
}

/**
 * Runs a change of one account in one transaction, with the company locked first, so that of two changes at the same
 * moment the second one sees what the first one did.
 *
 * @throws AppError NOT_FOUND, and FORBIDDEN when the caller is no administrator any more by the time it is its turn
 */
export function changeOperator<Result>(
  ctx: ServiceContext<OperatorActor>,
  operatorId: string,
  change: (tx: DatabaseOrTransaction, operator: Operator) => Promise<Result>,
): Promise<Result> {
  return ctx.db.$transaction(async (tx) => {
    await lockCompanyAsAdministrator(ctx, tx);
    return change(tx, await companyOperator(ctx, tx, operatorId));
  });
}

/**
 * Locks the company, and looks again whether the caller still administers it: of two administrators who demote each
 * other at the same moment only the first one may.
 *
 * @throws AppError FORBIDDEN
 */
export async function lockCompanyAsAdministrator(
  ctx: ServiceContext<OperatorActor>,
  tx: DatabaseOrTransaction,
): Promise<void> {
  const { companyId, operatorId } = ctx.actor;
  await lockCompany(tx, companyId);
  const caller = await tx.operator.count({
    where: { id: operatorId, companyId, role: "administrator", disabledAt: null, deletedAt: null },
  });
  if (caller === 0) throw new AppError("FORBIDDEN");
}

/**
 * Refuses what would lock the caller out or get around asking for the own password.
 *
 * @throws AppError OWN_ACCOUNT
 */
export function refuseOwnAccount(ctx: ServiceContext<OperatorActor>, operatorId: string): void {
  if (operatorId === ctx.actor.operatorId) throw new AppError("OWN_ACCOUNT");
}
