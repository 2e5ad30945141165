import { z } from "zod";
import { advanceSignIn } from "@/server/auth/open-sign-in";
import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import { accountSubject } from "@/server/domain/accounts/account-ref";
import { mailAccount } from "@/server/domain/accounts/mail-account";
import { readOwnAccount, requireStage } from "@/server/domain/accounts/own-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { AccountContext } from "@/server/domain/service-context";
import { checkCurrentPassword } from "./check-current-password";
import { setPassword } from "./set-password";

const typedPassword = z.string().min(1).max(200);

export const changePasswordInput = z.strictObject({
  currentPassword: typedPassword,
  newPassword: typedPassword,
});

/**
 * The owner chooses another password. Every other sign-in of the account ends; links that were sent no longer work.
 *
 * @returns the secret of the fresh sign-in when this was the step that it waited for; null: the sign-in goes on as it is
 * @throws AppError `PASSWORD_WRONG`, `PASSWORD_RULE`, `PASSWORD_COMMON`, `PASSWORD_REUSED`, `SIGN_IN_INCOMPLETE`
 */
export async function changePassword(
  ctx: AccountContext,
  { currentPassword, newPassword }: z.output<typeof changePasswordInput>,
): Promise<string | null> {
  requireStage(ctx, "complete", "password_change");
  await checkCurrentPassword(ctx, currentPassword);
  return ctx.db.$transaction(async (tx) => {
    const account = await readOwnAccount(tx, ctx);
    await setPassword(tx, ctx, account.ref, newPassword);
    await revokeSignInsOf(tx, ctx, account.ref, ctx.actor.signInId);
    await recordAuditEvent(tx, ctx, {
      action: "password.changed",
      subject: accountSubject(account.ref),
      companyId: account.company?.id ?? null,
    });
    await mailAccount(tx, ctx, account, {
      template: "password_changed",
      name: account.name,
      code: account.code,
      clientAddress: ctx.clientAddress,
    });
    return (await advanceSignIn(tx, ctx, ctx.actor.signInId))?.secret ?? null;
  });
}
