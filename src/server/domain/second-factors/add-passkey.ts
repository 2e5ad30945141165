import { verifyRegistrationResponse, type WebAuthnCredential } from "@simplewebauthn/server";
import { decodeClientDataJSON } from "@simplewebauthn/server/helpers";
import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { newId } from "@/server/db/new-id";
import { accountOf, ownerOf } from "@/server/domain/accounts/account-ref";
import { requireStage } from "@/server/domain/accounts/own-account";
import type { AccountContext } from "@/server/domain/service-context";
import { MAX_PASSKEYS } from "./begin-passkey";
import type { AddedFactor } from "./confirm-totp";
import { finishEnrolment, holdForNewFactor } from "./may-add-factor";
import { takePasskeyChallenge } from "./passkey-challenges";
import { registrationResponseSchema } from "./passkey-input";
import { firstRecoveryCodes } from "./recovery-codes";
import { relyingParty } from "./relying-party";
import { tellOfChange } from "./tell-of-change";

const NAME_MAX_LENGTH = 60;
export const passkeyNameSchema = z.string().trim().min(1).max(NAME_MAX_LENGTH);
export const addPasskeyInput = z.strictObject({
  name: passkeyNameSchema,
  response: registrationResponseSchema,
});
type AddPasskey = z.output<typeof addPasskeyInput>;

/**
 * Adds the passkey that a browser made for a challenge of this very sign-in.
 *
 * @throws AppError `PASSKEY_FAILED`, `PASSKEY_LIMIT`, `SIGN_IN_INCOMPLETE`
 */
export async function addPasskey(ctx: AccountContext, { name, response }: AddPasskey): Promise<AddedFactor> {
  requireStage(ctx, "enrolment", "complete");
  const { credential, backedUp } = await verify(ctx, response);
  const ref = accountOf(ctx.actor);
  const credentialId = new Uint8Array(Buffer.from(credential.id, "base64url"));
  return ctx.db.$transaction(async (tx) => {
    await holdForNewFactor(tx, ctx);
    if ((await tx.passkey.count({ where: ownerOf(ref) })) >= MAX_PASSKEYS)
      throw new AppError("PASSKEY_LIMIT");
    const id = newId();
    const { count } = await tx.passkey.createMany({
      data: [
        {
          id,
          ...ownerOf(ref),
          credentialId,
          publicKey: new Uint8Array(credential.publicKey),
          counter: BigInt(credential.counter),
          transports: response.response.transports ?? [],
          name,
          backedUp,
          createdAt: ctx.now(),
        },
      ],
      // An id that is known is somebody's already: no authenticator makes one twice.
      skipDuplicates: true,
    });
    if (count === 0) throw new AppError("PASSKEY_FAILED");
    await tellOfChange(tx, ctx, "passkey.added", "passkey_added", { passkeyId: id, name });
    const recoveryCodes = await firstRecoveryCodes(tx, ctx, ref);
    return { recoveryCodes, signInSecret: await finishEnrolment(tx, ctx, "passkey") };
  });
}

async function verify(
  ctx: AccountContext,
  response: AddPasskey["response"],
): Promise<{ credential: WebAuthnCredential; backedUp: boolean }> {
  try {
    const answered = decodeClientDataJSON(response.response.clientDataJSON).challenge;
    const challenge = new Uint8Array(Buffer.from(answered, "base64url"));
    const expectedChallenge = await takePasskeyChallenge(ctx.db, ctx, { challenge }, ctx.actor.signInId);
    if (expectedChallenge === null) throw new AppError("PASSKEY_FAILED");
    const { id, origin } = relyingParty(ctx.env);
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: false,
    });
    if (!verified) throw new AppError("PASSKEY_FAILED");
    return { credential: registrationInfo.credential, backedUp: registrationInfo.credentialBackedUp };
  } catch (error) {
    // The library says in sentences what does not fit; the person at the screen can only try again.
    ctx.log.debug({ err: error }, "a passkey was refused");
    throw new AppError("PASSKEY_FAILED", { cause: error });
  }
}
