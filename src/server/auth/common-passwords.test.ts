import { expect, test } from "vitest";
import { isCommonPassword } from "./common-passwords";

test.each([
  "password",
  "Password1!",
  "QWERTYUIOP",
  "12345678",
  "sunshine2031",
  "!!letmein!!",
  "aaaaaaa1",
  "Madoguchi-99",
])("%s is one of the first that somebody would try", (password) => {
  expect(isCommonPassword(password, [])).toBe(true);
});

test("a name of the account or its company is too", () => {
  expect(isCommonPassword("xK-hanako-77", ["hanako", "acme"])).toBe(true);
  expect(isCommonPassword("ACME-tR7q-w", ["hanako", "acme"])).toBe(true);
  expect(isCommonPassword("tR7q-wab-cd", ["ab"])).toBe(false);
});

test.each(["Right-pass1", "k7Rvx-9mQaa-Tn4cW", "tsubame.Kaze+42", "#$%&'()=~"])("%s is not", (password) => {
  expect(isCommonPassword(password, ["hanako", "acme"])).toBe(false);
});
