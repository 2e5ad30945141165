import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { setPassword } from "@/server/domain/account-passwords/set-password";
import { accountSubject } from "@/server/domain/accounts/account-ref";
import { mailAccount } from "@/server/domain/accounts/mail-account";
import type { Account } from "@/server/domain/accounts/read-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";
import { findLink } from "./find-link";
import { linkSecretSchema } from "./read-link";

export const redeemLinkInput = z.strictObject({
  secret: linkSecretSchema,
  newPassword: z.string().min(1).max(200),
});

export const redeemedLinkSchema = z.object({
  kind: z.enum(["operator", "provider"]),
  companyCode: z.string().nullable(),
  code: z.string(),
});

/**
 * Chooses a password with a link, once. A password that is refused leaves the link as it was; one that is taken ends every
 * sign-in of the account and a lock. Nobody is signed in by it: a second factor is asked for as ever.
 *
 * @throws AppError `LINK_INVALID`, `PASSWORD_RULE`, `PASSWORD_COMMON`, `PASSWORD_REUSED`
 */
export async function redeemLink(
  ctx: ServiceContext,
  { secret, newPassword }: z.output<typeof redeemLinkInput>,
): Promise<z.output<typeof redeemedLinkSchema>> {
  const account = await ctx.db.$transaction(async (tx) => {
    const found = await findLink(tx, ctx, secret);
    // Used first, and rolled back with everything else: of two that come at once, the second finds it used.
    const { count } = await tx.accountLink.updateMany({
      where: { id: found.linkId, usedAt: null },
      data: { usedAt: ctx.now() },
    });
    if (count === 0) throw new AppError("LINK_INVALID");
    const { ref } = found.account;
    await setPassword(tx, ctx, ref, newPassword);
    await revokeSignInsOf(tx, ctx, ref);
    const audit = {
      subject: accountSubject(ref),
      actor: accountSubject(ref),
      companyId: found.account.company?.id ?? null,
    };
    await recordAuditEvent(tx, ctx, {
      ...audit,
      action: "password.set_by_link",
      detail: { purpose: found.purpose },
    });
    if (await unlock(tx, found.account, ctx.now()))
      await recordAuditEvent(tx, ctx, { ...audit, action: "account.unlocked" });
    if (found.purpose === "password_reset") {
      await mailAccount(tx, ctx, found.account, {
        template: "password_changed",
        name: found.account.name,
        code: found.account.code,
        clientAddress: ctx.clientAddress,
      });
    }
    return found.account;
  });
  return {
    kind: account.company ? "operator" : "provider",
    companyCode: account.company?.code ?? null,
    code: account.code,
  };
}

/** @returns whether there was a lock to end */
async function unlock(tx: DatabaseOrTransaction, account: Account, now: Date): Promise<boolean> {
  const data = { failedSignIns: 0, lockedUntil: null };
  const { ref } = account;
  if (ref.operatorId === undefined)
    await tx.providerAccount.update({ where: { id: ref.providerAccountId }, data });
  else await tx.operator.update({ where: { id: ref.operatorId }, data });
  return account.lockedUntil !== null && account.lockedUntil > now;
}
