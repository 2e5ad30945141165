import { expect, test } from "vitest";
import { detectToolPlatform } from "./tool-platform";

const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

test.each([
  ["Windows", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}`, 0, "windows"],
  ["a Windows tablet", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}`, 10, "windows"],
  ["a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15", 0, "macos"],
  ["an iPad", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15", 5, null],
  ["Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", 0, "linux"],
  ["Android", `Mozilla/5.0 (Linux; Android 10; K) ${chrome}`, 5, null],
  ["ChromeOS", `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${chrome}`, 0, null],
])("recognises %s", (_name, userAgent, maxTouchPoints, platform) => {
  expect(detectToolPlatform({ userAgent, maxTouchPoints })).toBe(platform);
});

test("believes the browser's own word before its user agent", () => {
  const userAgentData = { platform: "macOS", mobile: false };
  expect(detectToolPlatform({ userAgent: `Mozilla/5.0 ${chrome}`, maxTouchPoints: 0, userAgentData })).toBe(
    "macos",
  );
});
