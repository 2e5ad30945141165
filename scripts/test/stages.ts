// The stages of `npm test`, in the order in which they find mistakes soonest.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { projectRoot } from "../setup/project.mjs";
import { checkBoundaries } from "./boundaries";
import { type Counts, playwrightCounts, vitestCounts } from "./counts";

export type TestEnvironment = { workerBinary: string; chromiumPath: string };

export type Stage = {
  name: string;
  /** What has to be there before: see `prepare` in main.ts. */
  needs: readonly ("worker" | "client" | "build" | "browser")[];
  run: (environment: Partial<TestEnvironment>) => Promise<Counts>;
};

const ONE_PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };
const ONE_FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

export const stages: readonly Stage[] = [
  {
    name: "format-and-lint",
    needs: [],
    run: () => gate("@biomejs/biome/bin/biome", ["ci", "--error-on-warnings", "."]),
  },
  {
    name: "types",
    needs: ["client"],
    run: () => gate("typescript/bin/tsc", ["--noEmit", "-p", "tsconfig.json"]),
  },
  { name: "boundaries", needs: [], run: boundaries },
  { name: "unit", needs: ["client"], run: () => vitest("unit", {}) },
  {
    name: "integration",
    // The Client Tool's tests need what the browser's display is made of.
    needs: ["client", "worker", "browser"],
    run: ({ workerBinary }) => vitest("integration", { MEDIASOUP_WORKER_BIN: workerBinary }),
  },
  // Stories of pages are shorter, so that mistakes are found sooner.
  {
    name: "e2e-pages",
    needs: ["client", "worker", "build", "browser"],
    run: (all) => playwright("pages", all),
  },
  {
    name: "e2e-sessions",
    needs: ["client", "worker", "build", "browser"],
    run: (all) => playwright("sessions", all),
  },
];

/** A stage without tests of its own counts as one. */
async function gate(script: string, args: readonly string[]): Promise<Counts> {
  return (await runNode(script, args, {})) === 0 ? ONE_PASSED : ONE_FAILED;
}

async function boundaries(): Promise<Counts> {
  const { violations, imports } = await checkBoundaries(projectRoot);
  for (const violation of violations) console.error(violation);
  console.log(`${imports} imports checked, ${violations.length} against the rules.`);
  return violations.length === 0 ? ONE_PASSED : ONE_FAILED;
}

async function vitest(project: string, env: NodeJS.ProcessEnv | Record<string, string | undefined>) {
  return await withReport(async (file) => {
    const args = [
      "run",
      "--project",
      project,
      "--reporter=default",
      "--reporter=json",
      `--outputFile=${file}`,
    ];
    return { code: await runNode("vitest/vitest.mjs", args, env), count: vitestCounts };
  });
}

async function playwright(
  project: "pages" | "sessions",
  { workerBinary, chromiumPath }: Partial<TestEnvironment>,
): Promise<Counts> {
  return await withReport(async (file) => {
    const code = await runNode("@playwright/test/cli.js", ["test", `--project=${project}`], {
      MEDIASOUP_WORKER_BIN: workerBinary,
      CHROMIUM_PATH: chromiumPath,
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    });
    return { code, count: playwrightCounts };
  });
}

/** Counts from the report that a runner writes; a runner that breaks without a failed test counts as one failure. */
async function withReport(
  run: (file: string) => Promise<{ code: number; count: (report: unknown) => Counts }>,
): Promise<Counts> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "madoguchi-report-"));
  try {
    const file = path.join(folder, "report.json");
    const { code, count } = await run(file);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) {
      console.error(`The tests did not run: exit code ${code}, no report.`);
      return ONE_FAILED;
    }
    const counts = count(JSON.parse(text));
    if (counts.passed + counts.failed === 0) {
      console.error("There was no test to run.");
      return { ...counts, failed: 1 };
    }
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runNode(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv | Record<string, string | undefined>,
): Promise<number> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  const child = spawn(process.execPath, [path.join(projectRoot, "node_modules", script), ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...given },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : 1;
}
