import { createHmac } from "node:crypto";

/**
 * The form in which a reception number is kept: HMAC-SHA256 under NUMBER_KEY (32 bytes). A plain hash of 900,000 numbers
 * is undone in a second; without the key a stolen table says nothing.
 *
 * @param digits the number in its canonical form, `"482915"`
 */
export function hashReceptionNumber(numberKey: Uint8Array, digits: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", numberKey).update(digits, "ascii").digest());
}
