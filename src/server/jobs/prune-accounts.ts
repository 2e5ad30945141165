import type { ServiceContext, SystemActor } from "@/server/domain/service-context";

/** What has ended is looked at no more; the audit log knows of it for as long as the policy says. */
const KEPT_FOR_MS = 90 * 24 * 60 * 60_000;

/**
 * Removes challenges of passkeys that nobody answered, and sign-ins and links that ended long ago.
 *
 * @returns how many of all
 */
export async function pruneAccounts({ db, now }: ServiceContext<SystemActor>): Promise<number> {
  const before = new Date(now().getTime() - KEPT_FOR_MS);
  const removed = await Promise.all([
    db.passkeyChallenge.deleteMany({ where: { expiresAt: { lte: now() } } }),
    db.signIn.deleteMany({ where: { expiresAt: { lt: before } } }),
    db.accountLink.deleteMany({ where: { expiresAt: { lt: before } } }),
  ]);
  return removed.reduce((sum, { count }) => sum + count, 0);
}
