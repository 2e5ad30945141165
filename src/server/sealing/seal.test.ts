import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { seal, unseal } from "./seal";

const env = { DATA_KEY: randomBytes(32) };
const plain = Buffer.from("a secret");

test("what was sealed opens again, and shows nothing before", () => {
  const sealed = seal(env, "totp secret", "row-1", plain);
  expect(Buffer.from(sealed).includes(plain)).toBe(false);
  expect(seal(env, "totp secret", "row-1", plain)).not.toEqual(sealed);
  expect(unseal(env, "totp secret", "row-1", sealed)).toEqual(plain);
});

test("it opens for nothing else", () => {
  const sealed = seal(env, "totp secret", "row-1", plain);
  expect(() => unseal(env, "outgoing mail", "row-1", sealed)).toThrow();
  expect(() => unseal(env, "totp secret", "row-2", sealed)).toThrow();
  expect(() => unseal({ DATA_KEY: randomBytes(32) }, "totp secret", "row-1", sealed)).toThrow();
  const changed = Uint8Array.from(sealed);
  changed[14] = (changed[14] ?? 0) ^ 1;
  expect(() => unseal(env, "totp secret", "row-1", changed)).toThrow();
});
