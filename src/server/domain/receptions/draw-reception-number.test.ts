import { describe, expect, test } from "vitest";
import { RECEPTION_NUMBER_PATTERN } from "@/protocol/reception-number";
import { drawReceptionNumber } from "./draw-reception-number";
import { hashReceptionNumber } from "./number-hash";

describe("drawReceptionNumber", () => {
  test("draws canonical numbers, each first digit about as often as any other", () => {
    const draws = 18_000;
    const byFirstDigit = new Map<string, number>();
    for (let index = 0; index < draws; index += 1) {
      const digits = drawReceptionNumber();
      expect(digits).toMatch(RECEPTION_NUMBER_PATTERN);
      byFirstDigit.set(digits.charAt(0), (byFirstDigit.get(digits.charAt(0)) ?? 0) + 1);
    }
    expect([...byFirstDigit.keys()].sort()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    // 2,000 expected each, standard deviation 42: seven of them never happen by chance.
    for (const count of byFirstDigit.values()) expect(Math.abs(count - draws / 9)).toBeLessThan(300);
  });
});

describe("hashReceptionNumber", () => {
  const key = new Uint8Array(32).fill(7);

  test("depends on the key, so that the table alone cannot be searched through", () => {
    const otherKey = new Uint8Array(32).fill(8);
    expect(hashReceptionNumber(key, "482915")).toEqual(hashReceptionNumber(key, "482915"));
    expect(hashReceptionNumber(key, "482915")).not.toEqual(hashReceptionNumber(otherKey, "482915"));
    expect(hashReceptionNumber(key, "482915")).not.toEqual(hashReceptionNumber(key, "482916"));
  });
});
