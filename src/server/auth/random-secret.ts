import { createHash, randomBytes } from "node:crypto";

/** 256 bits: nothing to guess, so a plain hash of it is safe to keep. */
const SECRET_BYTES = 32;
/** OWASP ASVS 5.0, 7.2.3 asks for 128 bits. */
const SHORT_SECRET_BYTES = 16;
const SECRET_PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** A secret that a cookie carries, and the hash under which the database knows it. */
export interface RandomSecret {
  readonly secret: string;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** 32 random bytes in base64url, with their hash. */
export function createRandomSecret(): RandomSecret {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  return { secret, hash: sha256(secret) };
}

/** 16 random bytes in base64url, 22 characters, with their hash: for where a secret must be short, and lives for minutes. */
export function createShortSecret(): RandomSecret {
  const secret = randomBytes(SHORT_SECRET_BYTES).toString("base64url");
  return { secret, hash: sha256(secret) };
}

/** The hash of a short secret from outside, whose form has been checked. */
export function hashShortSecret(secret: string): Uint8Array<ArrayBuffer> {
  return sha256(secret);
}

/** The hash of a secret from outside; null when it cannot be one of ours. */
export function hashRandomSecret(secret: string | undefined): Uint8Array<ArrayBuffer> | null {
  return secret !== undefined && SECRET_PATTERN.test(secret) ? sha256(secret) : null;
}

function sha256(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(text).digest());
}
