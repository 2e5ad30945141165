import { randomBytes } from "node:crypto";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import type { ServiceContext } from "@/server/domain/service-context";

/** 256 bits; Web Authentication asks for 16 bytes at least (Level 3, 13.4.3). */
const CHALLENGE_BYTES = 32;
/** What browsers give a person for it, and the time that a challenge is good for. */
export const PASSKEY_TIMEOUT_MS = 5 * 60_000;

export interface PasskeyChallengeMade {
  readonly challengeId: string;
  readonly challenge: Uint8Array<ArrayBuffer>;
}

/**
 * A fresh challenge.
 *
 * @param signInId the sign-in that may answer it; null: somebody who signs in with the passkey alone
 */
export async function createPasskeyChallenge(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "now">,
  signInId: string | null,
): Promise<PasskeyChallengeMade> {
  const challenge = new Uint8Array(randomBytes(CHALLENGE_BYTES));
  const challengeId = newId();
  await tx.passkeyChallenge.create({
    data: {
      id: challengeId,
      challenge,
      signInId,
      expiresAt: new Date(ctx.now().getTime() + PASSKEY_TIMEOUT_MS),
    },
  });
  return { challengeId, challenge };
}

/**
 * Takes a challenge out, before its answer is looked at: whatever the answer is, there is no second one.
 *
 * @param which by its id, or by its bytes as the answer names them
 * @returns the challenge in base64url; null: there is none, it was given to somebody else, or its time is over
 */
export async function takePasskeyChallenge(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "now">,
  which: { readonly id: string } | { readonly challenge: Uint8Array<ArrayBuffer> },
  signInId: string | null,
): Promise<string | null> {
  const row = await tx.passkeyChallenge.findFirst({ where: { ...which, signInId } });
  if (!row) return null;
  const { count } = await tx.passkeyChallenge.deleteMany({ where: { id: row.id } });
  if (count === 0 || row.expiresAt <= ctx.now()) return null;
  return Buffer.from(row.challenge).toString("base64url");
}
