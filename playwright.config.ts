import { availableParallelism } from "node:os";
import { defineConfig } from "@playwright/test";
import { findChromium } from "./e2e/fixtures/chromium";

/** Stories of pages alone: a browser and a product each. */
const pages = ["accessibility", "account*", "administration", "download", "provider", "session-log"].map(
  (name) => `${name}.spec.ts`,
);
/** A story waits for something most of the time, or works on one core: with another one beside it two cores are busy. */
const workers = Math.max(2, Math.floor(availableParallelism() / 2));

/**
 * Real browsers against the real product: each worker starts its own (`stack` in `e2e/fixtures/test.ts`), with ports of its own.
 */
export default defineConfig({
  testDir: "e2e/specs",
  outputDir: "test-results",
  projects: [
    { name: "pages", testMatch: pages },
    { name: "sessions", testIgnore: pages },
  ],
  workers,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["list"], ["json"]] : [["list"]],
  use: {
    launchOptions: { executablePath: findChromium() },
    // What was done and asked, without a film and a copy of the page at every step: those cost every story, and few of them fail.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false },
    screenshot: "only-on-failure",
  },
});
