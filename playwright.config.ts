import { availableParallelism } from "node:os";
import { defineConfig } from "@playwright/test";
import { findChromium } from "./e2e/fixtures/chromium";

/** Stories of pages alone: a browser and a product each, which two cores are just enough for. */
const pages = ["accessibility", "account*", "administration", "provider", "session-log"].map(
  (name) => `${name}.spec.ts`,
);
const pageWorkers = Math.max(1, Math.floor(availableParallelism() / 2));

/**
 * Real browsers against the real product: each worker starts its own (`stack` in `e2e/fixtures/test.ts`). Stories with a shared
 * screen come one at a time: each drives two browsers and encodes video, which two cores just manage.
 */
export default defineConfig({
  testDir: "e2e/specs",
  outputDir: "test-results",
  projects: [
    { name: "pages", testMatch: pages, workers: pageWorkers },
    { name: "sessions", testIgnore: pages, workers: 1 },
  ],
  workers: pageWorkers,
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
