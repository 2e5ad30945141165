import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
} from "@simplewebauthn/server";
import { AppError } from "@/lib/app-error";
import { ownerOf } from "@/server/domain/accounts/account-ref";
import { readOwnAccount } from "@/server/domain/accounts/own-account";
import type { AccountContext } from "@/server/domain/service-context";
import { checkMayAddFactor } from "./may-add-factor";
import { createPasskeyChallenge, PASSKEY_TIMEOUT_MS } from "./passkey-challenges";
import { arePasskeysPossible, RELYING_PARTY_NAME, relyingParty } from "./relying-party";
import { userHandleBytes } from "./user-handle";

/** Passkeys of one account: a person's devices, and a few spare keys. */
export const MAX_PASSKEYS = 10;

/**
 * What a browser needs to make a passkey for the own account.
 *
 * @throws AppError `PASSKEY_FAILED` where there can be none, `PASSKEY_LIMIT`, `PASSWORD_WRONG`, `SIGN_IN_INCOMPLETE`
 */
export async function beginPasskey(
  ctx: AccountContext,
  currentPassword: string | undefined,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  if (!arePasskeysPossible(ctx.env)) throw new AppError("PASSKEY_FAILED");
  await checkMayAddFactor(ctx, currentPassword);
  const account = await readOwnAccount(ctx.db, ctx);
  const known = await ctx.db.passkey.findMany({ where: ownerOf(account.ref) });
  if (known.length >= MAX_PASSKEYS) throw new AppError("PASSKEY_LIMIT");
  const { challenge } = await createPasskeyChallenge(ctx.db, ctx, ctx.actor.signInId);
  const userName = account.company ? `${account.company.code}/${account.code}` : account.code;
  return generateRegistrationOptions({
    rpName: RELYING_PARTY_NAME,
    rpID: relyingParty(ctx.env).id,
    userName,
    userDisplayName: account.name,
    userID: userHandleBytes(account.ref),
    challenge,
    timeout: PASSKEY_TIMEOUT_MS,
    attestationType: "none",
    // Kept on the authenticator where it can be, so that it can be signed in with alone; older security keys do for a second factor.
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: Buffer.from(credentialId).toString("base64url"),
      transports,
    })),
  });
}
