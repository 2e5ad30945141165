import { expect, it } from "vitest";
import { describeBrowser } from "./describe-browser";

it.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    { browser: "Microsoft Edge", os: "Windows", isPhone: false },
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    { browser: "Safari", os: "iOS", isPhone: true },
  ],
  ["", { browser: null, os: null, isPhone: false }],
  ["   ", { browser: null, os: null, isPhone: false }],
])("%s", (userAgent, description) => {
  expect(describeBrowser(userAgent)).toEqual(description);
});

it("takes whatever somebody sends", () => {
  expect(describeBrowser("x".repeat(10_000)).os).toBeNull();
});
