import { afterEach, expect, test, vi } from "vitest";
import { watchLocalInput } from "./local-input";

afterEach(() => vi.unstubAllGlobals());

test("every sign of somebody who acts is told, and none after that", () => {
  const page = new EventTarget();
  vi.stubGlobal("window", page);
  const told: string[] = [];
  const stop = watchLocalInput(() => told.push("input"));
  for (const event of ["pointermove", "pointerdown", "wheel", "keydown", "focus"])
    page.dispatchEvent(new Event(event));
  expect(told).toHaveLength(4);
  stop();
  page.dispatchEvent(new Event("pointermove"));
  expect(told).toHaveLength(4);
});
