import { defineConfig } from "@playwright/test";
import { findChromium } from "./e2e/fixtures/chromium";

/** Stories of pages alone: they mostly wait, so that two at a time find room on two cores. */
const pages = ["accessibility", "account*", "administration", "provider", "session-log"].map(
  (name) => `${name}.spec.ts`,
);

/**
 * Real browsers against the real product: each worker starts its own (`stack` in `e2e/fixtures/test.ts`). Stories with a shared
 * screen come one at a time: each drives two browsers and encodes video, which two cores just manage.
 */
export default defineConfig({
  testDir: "e2e/specs",
  outputDir: "test-results",
  projects: [
    { name: "pages", testMatch: pages, workers: 2 },
    { name: "sessions", testIgnore: pages, workers: 1 },
  ],
  workers: 2,
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
