import { AppError } from "@/lib/app-error";
import type { InviteOperatorInput } from "@/protocol/operator-accounts";
import { newId } from "@/server/db/new-id";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { changeOperator, lockCompanyAsAdministrator } from "./company-operator";
import { ownCompany, requireFreeCode, sendInvitation } from "./new-operator";
import { auditedFields, storedLocale } from "./operator-record";
import { requireSeats } from "./seats";

/**
 * Makes an account whose owner chooses the password, by a link in an e-mail. It takes a seat from now on.
 *
 * @throws AppError SEATS_TAKEN, CODE_TAKEN, and UNAVAILABLE when no mail server is configured
 */
export async function inviteOperator(
  ctx: ServiceContext<OperatorActor>,
  input: InviteOperatorInput,
): Promise<{ operatorId: string }> {
  const { companyId } = ctx.actor;
  if (!isMailPossible(ctx.env)) throw new AppError("UNAVAILABLE");
  const id = newId();
  await ctx.db.$transaction(async (tx) => {
    await lockCompanyAsAdministrator(ctx, tx);
    await requireFreeCode(tx, companyId, input.code);
    await requireSeats(tx, companyId);
    const { name, code, role, locale, email } = input;
    await tx.operator.create({ data: { id, companyId, name, code, role, locale, email } });
    await sendInvitation(tx, ctx, await ownCompany(tx, ctx), { id, code, name, email, locale });
    await recordAuditEvent(tx, ctx, {
      action: "operator.invited",
      subject: `operator:${id}`,
      companyId,
      detail: { before: null, after: auditedFields(input) },
    });
  });
  return { operatorId: id };
}

/**
 * Sends the invitation once more; the link of the first one stops working.
 *
 * @throws AppError NOT_FOUND, EMAIL_MISSING, CHANGED_MEANWHILE when a password was chosen or the account disabled meanwhile
 */
export async function resendInvitation(
  ctx: ServiceContext<OperatorActor>,
  { operatorId }: { operatorId: string },
): Promise<Record<string, never>> {
  if (!isMailPossible(ctx.env)) throw new AppError("UNAVAILABLE");
  await changeOperator(ctx, operatorId, async (tx, operator) => {
    if (operator.passwordHash !== null || operator.disabledAt) throw new AppError("CHANGED_MEANWHILE");
    const { id, code, name, email } = operator;
    if (email === null) throw new AppError("EMAIL_MISSING");
    const locale = storedLocale(operator.locale);
    await sendInvitation(tx, ctx, await ownCompany(tx, ctx), { id, code, name, email, locale });
    await recordAuditEvent(tx, ctx, {
      action: "operator.invitation_resent",
      subject: `operator:${id}`,
      companyId: ctx.actor.companyId,
      detail: { email },
    });
  });
  return {};
}
