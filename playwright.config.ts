import { defineConfig } from "@playwright/test";
import { findChromium } from "./e2e/fixtures/chromium";

/**
 * Real browsers against the real product: `e2e/fixtures/global-set-up.ts` starts it as `npm start` does, on free ports and
 * with a database of its own. One test at a time: each drives two browsers and encodes video, which two cores just manage.
 */
export default defineConfig({
  testDir: "e2e/specs",
  globalSetup: "./e2e/fixtures/global-set-up.ts",
  outputDir: "test-results",
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["list"], ["json"]] : [["list"]],
  use: {
    launchOptions: { executablePath: findChromium() },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
