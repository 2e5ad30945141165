import { expect, it } from "vitest";
import { caretAfterGrouping, digitsOf, groupDigits } from "./typed-number";

it.each([
  ["482915", "482915"],
  ["482 915", "482915"],
  ["４８２　９１５", "482915"],
  ["482-915", "482915"],
  ["482ー915", "482915"],
  ["Your number: 482 915.", "482915"],
  ["http://127.0.0.1:3000/r/482915", "482915"],
  ["4829157", "482915"],
  ["abc", ""],
  ["", ""],
])("finds the digits of %j", (typed, digits) => {
  expect(digitsOf(typed)).toBe(digits);
});

it("groups by three", () => {
  expect(groupDigits("")).toBe("");
  expect(groupDigits("482")).toBe("482");
  expect(groupDigits("4829")).toBe("482 9");
  expect(groupDigits("482915")).toBe("482 915");
});

it("keeps the caret behind the digit that was typed", () => {
  expect(caretAfterGrouping("4829", 4)).toBe(5);
  expect(caretAfterGrouping("48x2 915", 3)).toBe(2);
  expect(caretAfterGrouping("482 915", 0)).toBe(0);
});
