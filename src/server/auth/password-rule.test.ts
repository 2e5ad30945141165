import { expect, test } from "vitest";
import {
  createRandomPassword,
  newPasswordSchema,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
} from "./password-rule";

test.each(["abcdefgh", "A1!~{}[]", "x".repeat(PASSWORD_MAX_LENGTH), "12345678"])(
  "%s keeps the rule",
  (password) => {
    expect(newPasswordSchema.safeParse(password).success).toBe(true);
  },
);

test.each([
  ["too short", "x".repeat(PASSWORD_MIN_LENGTH - 1)],
  ["too long", "x".repeat(PASSWORD_MAX_LENGTH + 1)],
  ["a space", "abcd efgh"],
  ["full width", "ａｂｃｄｅｆｇｈ"],
  ["an umlaut", "pässwörter"],
  ["a line feed at the end", "abcdefgh\n"],
  ["a control character", "abcdefg\u0000"],
  ["nothing", ""],
])("%s breaks the rule", (_, password) => {
  expect(newPasswordSchema.safeParse(password).success).toBe(false);
});

test("random passwords keep the rule, differ, and hold no characters that look alike", () => {
  const passwords = Array.from({ length: 500 }, createRandomPassword);
  expect(new Set(passwords).size).toBe(500);
  for (const password of passwords) {
    expect(newPasswordSchema.safeParse(password).success).toBe(true);
    expect(password).not.toMatch(/[0O1lI]/);
  }
});
