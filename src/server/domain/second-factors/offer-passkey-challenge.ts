import {
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { PartialSignIn } from "@/server/auth/current-sign-in";
import { admitPasskeyChallenge } from "@/server/auth/sign-in-throttle";
import { accountOf, ownerOf } from "@/server/domain/accounts/account-ref";
import type { ServiceContext } from "@/server/domain/service-context";
import { createPasskeyChallenge, PASSKEY_TIMEOUT_MS } from "./passkey-challenges";
import { arePasskeysPossible, relyingParty } from "./relying-party";

export const passkeyChallengeInput = z.strictObject({ pending: z.boolean() });

export interface OfferedChallenge {
  readonly challengeId: string;
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

/**
 * A challenge for a passkey: as the second factor of the sign-in that waits for one, with the account's keys named; or for
 * signing in with it alone, where the authenticator says whose it is and must verify who holds it.
 *
 * @param pending the sign-in that waits; null: the passkey alone
 * @throws AppError `PASSKEY_FAILED` where there can be none, `SIGN_IN_THROTTLED`
 */
export async function offerPasskeyChallenge(
  ctx: ServiceContext,
  pending: PartialSignIn | null,
): Promise<OfferedChallenge> {
  if (!arePasskeysPossible(ctx.env)) throw new AppError("PASSKEY_FAILED");
  await admitPasskeyChallenge(ctx);
  const known = pending
    ? await ctx.db.passkey.findMany({ where: ownerOf(accountOf(pending.actor)) })
    : undefined;
  const { challengeId, challenge } = await createPasskeyChallenge(
    ctx.db,
    ctx,
    pending?.actor.signInId ?? null,
  );
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(ctx.env).id,
    challenge,
    timeout: PASSKEY_TIMEOUT_MS,
    userVerification: pending ? "preferred" : "required",
    ...(known && {
      allowCredentials: known.map(({ credentialId, transports }) => ({
        id: Buffer.from(credentialId).toString("base64url"),
        transports,
      })),
    }),
  });
  return { challengeId, options };
}
