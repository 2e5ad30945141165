import type { DatabaseOrTransaction } from "@/server/db/client";
import type { SignInStage } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import { type AccountRef, ownerOf } from "@/server/domain/accounts/account-ref";
import type { ServiceContext } from "@/server/domain/service-context";

/**
 * Ends every sign-in of an account, in all its open pages as well, on whichever management server they hang.
 *
 * @param tx the transaction that does what ends them
 * @param exceptSignInId the one that goes on: that of the browser which asks for it
 * @param stage only those that have come this far; left out: all
 * @returns how many were ended
 */
export async function revokeSignInsOf(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "now">,
  account: AccountRef,
  exceptSignInId?: string,
  stage?: SignInStage,
): Promise<number> {
  const revoked = await tx.signIn.updateManyAndReturn({
    where: {
      ...ownerOf(account),
      revokedAt: null,
      ...(stage && { stage }),
      ...(exceptSignInId !== undefined && { id: { not: exceptSignInId } }),
    },
    data: { revokedAt: ctx.now() },
    select: { id: true },
  });
  await notify(tx, ...revoked.map(({ id }) => `sign_in:${id}` as const));
  return revoked.length;
}
