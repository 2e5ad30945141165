import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";

/** RFC 6238 as every authenticator app has it: SHA-1, six digits, 30 seconds; 160 bits of secret (RFC 4226, 4, R6). */
const ALGORITHM = "SHA1";
const DIGITS = 6;
const PERIOD_SECONDS = 30;
const SECRET_BYTES = 20;
/** Steps before and after the present one that are taken, for clocks that go wrong and people who type slowly (RFC 6238, 5.2). */
const WINDOW_STEPS = 1;
const ISSUER = "Madoguchi";

/** A secret for a new authenticator app. */
export function createTotpSecret(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(SECRET_BYTES));
}

/** The secret as a person types it and as an app scans it. */
export function describeTotpSecret(
  secret: Uint8Array<ArrayBuffer>,
  label: string,
): { secret: string; uri: string } {
  const totp = totpOf(secret, label);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/**
 * The time step to which a code belongs; null: to none that counts now.
 *
 * @param code as it was typed; spaces and full-width digits do not matter
 */
export function findTotpStep(secret: Uint8Array<ArrayBuffer>, code: string, now: Date): bigint | null {
  const token = code.normalize("NFKC").replace(/\s/g, "");
  if (!/^\d{6}$/.test(token)) return null;
  const timestamp = now.getTime();
  const delta = totpOf(secret).validate({ token, timestamp, window: WINDOW_STEPS });
  return delta === null ? null : BigInt(Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta);
}

function totpOf(secret: Uint8Array<ArrayBuffer>, label = ""): TOTP {
  return new TOTP({
    issuer: ISSUER,
    label,
    algorithm: ALGORITHM,
    digits: DIGITS,
    period: PERIOD_SECONDS,
    secret: new Secret({ buffer: secret.slice().buffer }),
  });
}
