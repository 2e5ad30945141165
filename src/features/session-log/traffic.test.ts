import { expect, it } from "vitest";
import { formatMegabytes } from "./traffic";

it.each([
  [0, "0.0"],
  [1, "0.1"],
  [149_999, "0.1"],
  [12_340_000, "12.3"],
  [1_234_567_890, "1,234.6"],
])("%i bytes are %s MB", (bytes, megabytes) => {
  expect(formatMegabytes(bytes, "en")).toBe(megabytes);
});
