import type { UpdateOperatorInput } from "@/protocol/operator-accounts";
import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { changeOperator, refuseOwnAccount } from "./company-operator";
import { ownCompany, requireFreeCode, sendInvitation } from "./new-operator";
import { auditedFields } from "./operator-record";
import { requireAnotherAdministrator } from "./seats";

/**
 * Changes an account's name, ID, e-mail address, role and language. A new role ends the account's sign-ins, so that no
 * page stays open that it may no longer see. A new address makes links that went to the old one worthless; somebody who
 * is still invited is invited again, at the new one.
 *
 * @throws AppError NOT_FOUND, CODE_TAKEN, LAST_ADMINISTRATOR; OWN_ACCOUNT for the caller's own role and address (the
 *   account's own page asks for the password before it changes an address)
 */
export async function updateOperator(
  ctx: ServiceContext<OperatorActor>,
  { operatorId, ...after }: UpdateOperatorInput,
): Promise<Record<string, never>> {
  const { companyId } = ctx.actor;
  await changeOperator(ctx, operatorId, async (tx, before) => {
    const roleChanges = before.role !== after.role;
    const emailChanges = before.email !== after.email;
    if (roleChanges && before.role === "administrator" && !before.disabledAt) {
      await requireAnotherAdministrator(tx, companyId, operatorId);
    }
    if (roleChanges || emailChanges) refuseOwnAccount(ctx, operatorId);
    if (before.code !== after.code) await requireFreeCode(tx, companyId, after.code, operatorId);
    await tx.operator.update({ where: { id: operatorId }, data: after });
    if (emailChanges) {
      await tx.accountLink.deleteMany({ where: { operatorId } });
      if (
        before.passwordHash === null &&
        !before.disabledAt &&
        after.email !== null &&
        isMailPossible(ctx.env)
      ) {
        const { code, name, email, locale } = { ...after, email: after.email };
        await sendInvitation(tx, ctx, await ownCompany(tx, ctx), {
          id: operatorId,
          code,
          name,
          email,
          locale,
        });
      }
    }
    if (roleChanges) await revokeSignInsOf(tx, ctx, { operatorId });
    await recordAuditEvent(tx, ctx, {
      action: "operator.changed",
      subject: `operator:${operatorId}`,
      companyId,
      detail: { before: auditedFields(before), after: auditedFields(after) },
    });
    await notify(tx, `operator:${operatorId}`);
  });
  return {};
}
