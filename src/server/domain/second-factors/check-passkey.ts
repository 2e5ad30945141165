import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { type AccountRef, accountOfRow, ownerOf } from "@/server/domain/accounts/account-ref";
import type { ServiceContext } from "@/server/domain/service-context";
import { takePasskeyChallenge } from "./passkey-challenges";
import type { PasskeyAnswer } from "./passkey-input";
import { arePasskeysPossible, relyingParty } from "./relying-party";
import { userHandleOf } from "./user-handle";

/** Who answered a challenge, as far as the answer names somebody; `isRight` false: it proves nothing. */
export interface PasskeyCheck {
  readonly account: AccountRef | null;
  readonly isRight: boolean;
}

const NOTHING: PasskeyCheck = { account: null, isRight: false };

/**
 * Whether a passkey's answer is right: to this challenge, of this origin and domain, with a signature of a key that we know,
 * with a counter that has gone up. A challenge is gone after its first answer.
 *
 * @param expected the pending sign-in and its account whose second factor it is (possession alone counts then), or null:
 *   somebody signs in with the passkey alone, which must name its owner and have verified who holds it
 */
export async function checkPasskey(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "env" | "now" | "log">,
  answer: PasskeyAnswer,
  expected: { readonly signInId: string; readonly account: AccountRef } | null,
): Promise<PasskeyCheck> {
  if (!arePasskeysPossible(ctx.env)) return NOTHING;
  const { challengeId, response } = answer;
  const challenge = await takePasskeyChallenge(tx, ctx, { id: challengeId }, expected?.signInId ?? null);
  if (challenge === null) return NOTHING;
  const credentialId = new Uint8Array(Buffer.from(response.id, "base64url"));
  const passkey = await tx.passkey.findFirst({
    where: { credentialId, ...(expected && ownerOf(expected.account)) },
  });
  const account = passkey && accountOfRow(passkey);
  if (!passkey || !account) return NOTHING;
  const wrong = { account, isRight: false };

  // Who signs in with a passkey alone is whom the authenticator names; a name that is not the key's owner is a forgery.
  const { userHandle } = response.response;
  if (userHandle === undefined || userHandle === "" ? !expected : userHandle !== userHandleOf(account)) {
    return wrong;
  }
  const { id: rpId, origin } = relyingParty(ctx.env);
  const counter = Number(passkey.counter);
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: expected === null,
    credential: { id: response.id, publicKey: new Uint8Array(passkey.publicKey), counter },
  }).catch((error: unknown) => {
    ctx.log.debug({ err: error }, "a passkey's answer was refused");
    return null;
  });
  if (!verified?.verified) return wrong;

  const { newCounter, credentialBackedUp } = verified.authenticationInfo;
  const { count } = await tx.passkey.updateMany({
    // Conditional, so that of two answers with the same count, of the key and of its copy, one is taken. Keys without a
    // counter (most that are synchronised) always say 0.
    where: { id: passkey.id, counter: newCounter === 0 ? 0n : { lt: BigInt(newCounter) } },
    data: { counter: BigInt(newCounter), backedUp: credentialBackedUp, lastUsedAt: ctx.now() },
  });
  return { account, isRight: count === 1 };
}
