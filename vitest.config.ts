import { availableParallelism } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";

const alias = { "@": path.resolve(import.meta.dirname, "src") };
const integration = "**/*.integration.test.ts";
const elsewhere = ["**/node_modules/**", "build/**", ".next/**", "e2e/**"];

export default defineConfig({
  test: {
    // Vitest leaves one core to others, which on two of them is half the machine; tests mostly wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["{src,relay,scripts,prisma}/**/*.test.{ts,tsx}"],
          exclude: [integration, ...elsewhere],
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          include: [`{src,relay,scripts,prisma}/${integration}`],
          exclude: elsewhere,
          globalSetup: "scripts/test/integration-set-up.ts",
          // Files share their process's modules: loading them anew for each was 40 % of the work. Each has a database, a server or a
          // relay of its own, which is what they must not share.
          isolate: false,
          // Real workers, real handshakes and argon2 take their time on two busy cores.
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
