import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { type MailMessage, queueMail } from "@/server/mail/queue-mail";
import type { Account } from "./read-account";

type Letter<M = MailMessage> = M extends MailMessage ? Omit<M, "to" | "locale"> : never;

/**
 * Writes to the account's owner, in the owner's language. An account without an e-mail address, or a server without a mail
 * server, is written nothing: what happened stands in the audit log all the same.
 */
export async function mailAccount(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "env">,
  account: Pick<Account, "email" | "locale">,
  letter: Letter,
): Promise<void> {
  if (account.email === null || !isMailPossible(ctx.env)) return;
  await queueMail(tx, ctx.env, { ...letter, to: account.email, locale: account.locale });
}
