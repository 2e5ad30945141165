import { expect, it } from "vitest";
import { negotiateLocale } from "./locales";

it.each([
  ["ja", "en-US,en;q=0.9", "ja"],
  [undefined, "ja", "ja"],
  [undefined, "ja-JP,en;q=0.5", "ja"],
  [undefined, "en-GB,ja;q=0.8", "en"],
  [undefined, "fr, en;q=0.3, ja;q=0.7", "ja"],
  [undefined, "ja;q=0, en", "en"],
  [undefined, "fr-FR", "en"],
  [undefined, null, "en"],
  ["xx", "ja", "ja"],
])("cookie %s and header %s give %s", (cookie, header, expected) => {
  expect(negotiateLocale(cookie, header)).toBe(expected);
});
