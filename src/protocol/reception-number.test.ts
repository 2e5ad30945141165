import { describe, expect, test } from "vitest";
import { formatReceptionNumber, parseReceptionNumber } from "./reception-number";

describe("parseReceptionNumber", () => {
  test.each([
    ["482915", "as it is"],
    ["482 915", "with a space"],
    ["482-915", "with a hyphen"],
    ["482–915", "with a dash"],
    ["４８２９１５", "with full-width digits"],
    ["４８２　９１５", "with a full-width space"],
    ["４８２ー９１５", "with the long-vowel mark that a Japanese keyboard gives for a hyphen"],
    [" 482\u200b915\n", "with what is copied along"],
  ])("%j is understood: %s", (typed) => {
    expect(parseReceptionNumber(typed)).toBe("482915");
  });

  test.each(["", "48291", "4829151", "082915", "48291x", "482.915", "四八二九一五", "+482915", "٤٨٢٩١٥"])(
    "%j is no number",
    (typed) => {
      expect(parseReceptionNumber(typed)).toBeNull();
    },
  );
});

test("a number is read out in two groups", () => {
  expect(formatReceptionNumber("482915")).toBe("482 915");
});
