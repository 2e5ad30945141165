import { AppError } from "@/lib/app-error";
import { hashPassword } from "@/server/auth/password-hash";
import { createRandomPassword } from "@/server/auth/password-rule";
import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Operator } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { createAccountLink } from "@/server/domain/account-links/create-account-link";
import { setPassword } from "@/server/domain/account-passwords/set-password";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { queueMail } from "@/server/mail/queue-mail";
import { changeOperator, refuseOwnAccount } from "./company-operator";
import { storedLocale } from "./operator-record";

/** How the owner gets a new password. */
export type PasswordReset =
  | { readonly by: "mail"; readonly email: string }
  /** Told this once; it must be changed at the first sign-in. */
  | { readonly by: "password"; readonly password: string };

/**
 * Takes an account's password away: the old one stops working and every sign-in ends at once. The owner gets a link by
 * e-mail or, where no e-mail reaches them, a random password from the administrator's hands.
 *
 * @throws AppError NOT_FOUND, OWN_ACCOUNT (the account's own page asks for the password first); CHANGED_MEANWHILE for an
 *   account that was invited by e-mail and has chosen no password yet: it is to be invited again
 */
export async function resetOperatorPassword(
  ctx: ServiceContext<OperatorActor>,
  { operatorId }: { operatorId: string },
): Promise<PasswordReset> {
  refuseOwnAccount(ctx, operatorId);
  const password = createRandomPassword();
  const unknownHash = await hashPassword(createRandomPassword());
  return changeOperator(ctx, operatorId, async (tx, operator) => {
    const { email } = operator;
    const byMail = email !== null && isMailPossible(ctx.env);
    if (byMail && operator.passwordHash === null) throw new AppError("CHANGED_MEANWHILE");
    if (byMail) {
      // A password that nobody knows: the account stays one with a password, and the old one is worth nothing.
      await keepFormerPassword(tx, ctx, operator);
      await tx.operator.update({ where: { id: operatorId }, data: { passwordHash: unknownHash } });
      const url = await createAccountLink(tx, ctx, { purpose: "password_reset", operatorId });
      await queueMail(tx, ctx.env, {
        to: email,
        locale: storedLocale(operator.locale),
        template: "password_reset",
        name: operator.name,
        code: operator.code,
        url: url.href,
      });
    } else {
      await setPassword(tx, ctx, { operatorId }, password, { mustChange: true });
      await tx.operator.update({
        where: { id: operatorId },
        data: { failedSignIns: 0, lockedUntil: null },
      });
      await tx.accountLink.deleteMany({ where: { operatorId } });
    }
    await revokeSignInsOf(tx, ctx, { operatorId });
    await recordAuditEvent(tx, ctx, {
      action: "operator.password_reset",
      subject: `operator:${operatorId}`,
      companyId: ctx.actor.companyId,
      detail: { by: byMail ? "mail" : "password" },
    });
    return byMail ? { by: "mail", email } : { by: "password", password };
  });
}

/** The old password counts among those that may not be chosen again. */
async function keepFormerPassword(
  tx: DatabaseOrTransaction,
  ctx: ServiceContext<OperatorActor>,
  { id, passwordHash }: Operator,
): Promise<void> {
  if (passwordHash === null) return;
  await tx.formerPassword.create({
    data: { id: newId(), operatorId: id, passwordHash, createdAt: ctx.now() },
  });
}
