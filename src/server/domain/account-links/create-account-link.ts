import { createRandomSecret } from "@/server/auth/random-secret";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { AccountLinkPurpose } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { type AccountRef, lockAccount, ownerOf } from "@/server/domain/accounts/account-ref";
import type { ServiceContext } from "@/server/domain/service-context";
import { voidLinks } from "./void-links";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a link works: an invitation may wait over a weekend, a reset was asked for just now. */
export const LINK_LIFETIME_MS: Readonly<Record<AccountLinkPurpose, number>> = {
  invitation: 72 * HOUR_MS,
  password_reset: 30 * MINUTE_MS,
};

/**
 * Makes the one link with which an account's owner chooses a password; earlier ones of the account no longer work.
 *
 * The secret stands in the fragment, so it is in no request's address: no proxy logs it and no page hands it on as referrer.
 *
 * @param tx the transaction that puts the link into an e-mail: nobody else ever sees it
 */
export async function createAccountLink(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "env" | "now">,
  link: AccountRef & { readonly purpose: AccountLinkPurpose },
): Promise<URL> {
  await lockAccount(tx, link);
  await voidLinks(tx, link);
  const { secret, hash } = createRandomSecret();
  const now = ctx.now();
  await tx.accountLink.create({
    data: {
      id: newId(),
      secretHash: hash,
      purpose: link.purpose,
      ...ownerOf(link),
      createdAt: now,
      expiresAt: new Date(now.getTime() + LINK_LIFETIME_MS[link.purpose]),
    },
  });
  const url = new URL("/set-password", ctx.env.PUBLIC_URL);
  url.hash = secret;
  return url;
}
