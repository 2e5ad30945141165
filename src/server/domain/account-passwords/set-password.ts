import { AppError } from "@/lib/app-error";
import { isCommonPassword } from "@/server/auth/common-passwords";
import { hashPassword, verifyPassword } from "@/server/auth/password-hash";
import { newPasswordSchema } from "@/server/auth/password-rule";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { voidLinks } from "@/server/domain/account-links/void-links";
import { type AccountRef, lockAccount, ownerOf } from "@/server/domain/accounts/account-ref";
import { readAccount } from "@/server/domain/accounts/read-account";
import type { ServiceContext } from "@/server/domain/service-context";

/** None of the last five may be chosen again: the one that holds, and four before it. */
const FORMER_PASSWORDS_KEPT = 4;

/**
 * Gives an account a new password, after checking it against the rule; links that were sent to choose one no longer work.
 * Whoever calls it has checked who asks, ends the account's sign-ins and writes the audit event.
 *
 * @param options.mustChange the owner must choose another at the next sign-in, as after one that an administrator made up
 * @throws AppError `PASSWORD_RULE`, `PASSWORD_COMMON`, `PASSWORD_REUSED`; `NOT_FOUND` when there is no such account
 */
export async function setPassword(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "now">,
  ref: AccountRef,
  password: string,
  options: { readonly mustChange?: boolean } = {},
): Promise<void> {
  if (!newPasswordSchema.safeParse(password).success) throw new AppError("PASSWORD_RULE");
  await lockAccount(tx, ref);
  const account = await readAccount(tx, ref);
  if (!account) throw new AppError("NOT_FOUND");
  const names = [account.code, ...(account.company ? [account.company.code] : [])];
  if (isCommonPassword(password, names)) throw new AppError("PASSWORD_COMMON");

  const former = await tx.formerPassword.findMany({
    where: ownerOf(ref),
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true, passwordHash: true },
  });
  const kept = former.slice(0, FORMER_PASSWORDS_KEPT).map(({ passwordHash }) => passwordHash);
  const recent = account.passwordHash === null ? kept : [account.passwordHash, ...kept];
  const matches = await Promise.all(recent.map((hash) => verifyPassword(hash, password)));
  if (matches.includes(true)) throw new AppError("PASSWORD_REUSED");

  if (account.passwordHash !== null) {
    await tx.formerPassword.create({
      data: { id: newId(), ...ownerOf(ref), passwordHash: account.passwordHash, createdAt: ctx.now() },
    });
    const superfluous = former.slice(FORMER_PASSWORDS_KEPT - 1).map(({ id }) => id);
    if (superfluous.length > 0) await tx.formerPassword.deleteMany({ where: { id: { in: superfluous } } });
  }
  await voidLinks(tx, ref);
  const data = {
    passwordHash: await hashPassword(password),
    passwordChangedAt: ctx.now(),
    mustChangePassword: options.mustChange ?? false,
  };
  if (ref.operatorId === undefined)
    await tx.providerAccount.update({ where: { id: ref.providerAccountId }, data });
  else await tx.operator.update({ where: { id: ref.operatorId }, data });
}
