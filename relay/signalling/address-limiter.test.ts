import { expect, test } from "vitest";
import { AddressLimiter } from "./address-limiter";

test("places are counted by address and given back once", () => {
  const limiter = new AddressLimiter(2);
  const leave = limiter.enter("a");
  limiter.enter("a");
  expect(limiter.enter("a")).toBeNull();
  expect(limiter.enter("b")).not.toBeNull();
  leave?.();
  leave?.();
  expect(limiter.enter("a")).not.toBeNull();
  expect(limiter.enter("a")).toBeNull();
});
