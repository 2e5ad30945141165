import type { CreateOperatorInput } from "@/protocol/operator-accounts";
import { createRandomPassword } from "@/server/auth/password-rule";
import { newId } from "@/server/db/new-id";
import { setPassword } from "@/server/domain/account-passwords/set-password";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { lockCompanyAsAdministrator } from "./company-operator";
import { requireFreeCode } from "./new-operator";
import { auditedFields } from "./operator-record";
import { requireSeats } from "./seats";

/**
 * Makes an account with a password that the administrator hands over, and that its owner must change at the first
 * sign-in.
 *
 * @returns the password when it was made here: it is kept nowhere else
 * @throws AppError SEATS_TAKEN, CODE_TAKEN, PASSWORD_RULE, PASSWORD_COMMON
 */
export async function createOperator(
  ctx: ServiceContext<OperatorActor>,
  input: CreateOperatorInput,
): Promise<{ operatorId: string; password: string | null }> {
  const { companyId } = ctx.actor;
  const { name, code, role, locale, email } = input;
  const id = newId();
  const password = input.password ?? createRandomPassword();
  await ctx.db.$transaction(async (tx) => {
    await lockCompanyAsAdministrator(ctx, tx);
    await requireFreeCode(tx, companyId, code);
    await requireSeats(tx, companyId);
    await tx.operator.create({ data: { id, companyId, name, code, role, locale, email } });
    await setPassword(tx, ctx, { operatorId: id }, password, { mustChange: true });
    await recordAuditEvent(tx, ctx, {
      action: "operator.created",
      subject: `operator:${id}`,
      companyId,
      detail: { before: null, after: auditedFields(input) },
    });
  });
  return { operatorId: id, password: input.password === null ? password : null };
}
