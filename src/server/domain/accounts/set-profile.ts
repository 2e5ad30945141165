import { z } from "zod";
import { checkCurrentPassword } from "@/server/domain/account-passwords/check-current-password";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { AccountContext } from "@/server/domain/service-context";
import { accountSubject } from "./account-ref";
import { emailSchema } from "./email-schema";
import { readOwnAccount, requireStage } from "./own-account";

const NAME_MAX_LENGTH = 100;

export const setProfileInput = z.strictObject({
  name: z.string().trim().min(1).max(NAME_MAX_LENGTH),
  email: emailSchema.nullable(),
  locale: z.enum(["ja", "en"]),
  currentPassword: z.string().max(200).optional(),
});

/**
 * Changes what the owner may change of the account. Links that open it go to its e-mail address, so another address needs
 * the password.
 *
 * @throws AppError `PASSWORD_WRONG`, `SIGN_IN_INCOMPLETE`
 */
export async function setProfile(
  ctx: AccountContext,
  { name, email, locale, currentPassword }: z.output<typeof setProfileInput>,
): Promise<void> {
  requireStage(ctx, "complete");
  const known = await readOwnAccount(ctx.db, ctx);
  if (known.email !== email) await checkCurrentPassword(ctx, currentPassword);
  await ctx.db.$transaction(async (tx) => {
    const before = await readOwnAccount(tx, ctx);
    const data = { name, email, locale };
    const { ref } = before;
    if (ref.operatorId === undefined)
      await tx.providerAccount.update({ where: { id: ref.providerAccountId }, data });
    else await tx.operator.update({ where: { id: ref.operatorId }, data });
    await recordAuditEvent(tx, ctx, {
      action: "account.profile_changed",
      subject: accountSubject(ref),
      companyId: before.company?.id ?? null,
      detail: { before: { name: before.name, email: before.email, locale: before.locale }, after: data },
    });
  });
}
