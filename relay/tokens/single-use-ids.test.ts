import { expect, test } from "vitest";
import { SingleUseIds } from "./single-use-ids";

test("an id is taken once, and forgotten when its token has expired", () => {
  const ids = new SingleUseIds();
  expect(ids.take("a", 60_000, 0)).toBe(true);
  expect(ids.take("a", 60_000, 59_999)).toBe(false);
  expect(ids.take("b", 200_000, 100_000)).toBe(true);
  expect(ids.size).toBe(1);
});
