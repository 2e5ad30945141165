import { expect, it } from "vitest";
import { checkPassword } from "./password-checks";

const codes = ["tanaka", "demo"];

it.each([
  ["", { length: false, characters: false, ownCode: false }],
  ["Kumo-7x", { length: false, characters: true, ownCode: true }],
  ["Kumo-7xq", { length: true, characters: true, ownCode: true }],
  ["Kumo-7xqKumo-7xqKumo", { length: true, characters: true, ownCode: true }],
  ["Kumo-7xqKumo-7xqKumo1", { length: false, characters: true, ownCode: true }],
  ["Kumo 7xq", { length: true, characters: false, ownCode: true }],
  ["Ｋｕｍｏ-7xqz", { length: true, characters: false, ownCode: true }],
  ["xTANAKA-91", { length: true, characters: true, ownCode: false }],
  ["my-Demo-91", { length: true, characters: true, ownCode: false }],
])("%j: %j", (password, checks) => {
  expect(checkPassword(password, codes)).toEqual(checks);
});

it("lets codes of up to three letters be", () => {
  expect(checkPassword("Kumo-abc-91", ["a", "abc"]).ownCode).toBe(true);
  expect(checkPassword("Kumo-abcd-91", ["abcd"]).ownCode).toBe(false);
});
