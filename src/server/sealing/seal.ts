import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { Environment } from "@/env";

/** AES-256-GCM with a random 96-bit nonce: NIST SP 800-38D, 8.2.2. */
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Keys = Pick<Environment, "DATA_KEY">;

/** What a sealed value is for. A value that was sealed for one purpose does not open for another. */
export type SealPurpose = "totp secret" | "outgoing mail";

/**
 * Encrypts what the database must be able to give back, so that a copy of the database alone opens nothing.
 *
 * @param row the id of the row that it belongs to: moved to another row it does not open
 * @returns nonce, ciphertext and tag
 */
export function seal(
  env: Keys,
  purpose: SealPurpose,
  row: string,
  plain: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyFor(env, purpose), nonce).setAAD(Buffer.from(row));
  return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
}

/**
 * The value that {@link seal} was given.
 *
 * @throws Error when it was changed, moved to another row, or sealed with another DATA_KEY
 */
export function unseal(env: Keys, purpose: SealPurpose, row: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv(CIPHER, keyFor(env, purpose), bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(row))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}

function keyFor(env: Keys, purpose: SealPurpose): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", env.DATA_KEY, "", purpose, 32));
}
