// `npm test`: every check there is, on a fresh clone too. `npm test -- --only=unit,e2e` runs some of them.

import { ensureBrowser } from "../setup/browser";
import { buildAll } from "../setup/build";
import { ensureMediasoupWorker } from "../setup/mediasoup-worker";
import { generatePrismaClient } from "../setup/prisma-client";
import { elapsed, printFailure, StepError, step } from "../setup/report.mjs";
import { addCounts, type Counts, NO_TESTS } from "./counts";
import { type Stage, stages, type TestEnvironment } from "./stages";

type Need = Stage["needs"][number];

export async function main(args: string[]): Promise<void> {
  const chosen = chooseStages(args);
  const environment: Partial<TestEnvironment> = {};
  const unmet = await prepare(new Set(chosen.flatMap(({ needs }) => needs)), environment);

  let total: Counts = NO_TESTS;
  const outcomes: string[] = [];
  for (const stage of chosen) {
    const startedAt = performance.now();
    console.log(`\n── ${stage.name} ──`);
    const counts = await runStage(stage, unmet, environment);
    total = addCounts(total, counts);
    const verdict = counts.failed === 0 ? "✓" : "✗";
    outcomes.push(`${verdict} ${stage.name}: ${summarise(counts)} (${elapsed(startedAt)})`);
  }
  console.log(`\n${outcomes.join("\n")}\n`);
  console.log(summarise(total));
  process.exit(total.failed === 0 ? 0 : 1);
}

/** @throws StepError for a stage that does not exist, so that a typing mistake cannot pass for success */
function chooseStages(args: readonly string[]): Stage[] {
  const names = args.map((argument) => {
    if (!argument.startsWith("--only=")) {
      throw new StepError(`Unknown argument ${argument}.`, "There is --only=stage,stage.");
    }
    return argument.slice("--only=".length).split(",");
  });
  if (names.length === 0) return [...stages];
  const wanted = names.flat();
  const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    throw new StepError(
      `There is no stage ${unknown.join(", ")}.`,
      `The stages are ${stages.map(({ name }) => name).join(", ")}.`,
    );
  }
  return stages.filter(({ name }) => wanted.includes(name));
}

/** Does the set-up that the chosen stages need; what fails is printed and returned, since other stages can still run. */
async function prepare(
  needs: ReadonlySet<Need>,
  environment: Partial<TestEnvironment>,
): Promise<ReadonlySet<Need>> {
  const work: [Need, () => Promise<void>][] = [
    [
      "worker",
      async () => {
        environment.workerBinary = await step("mediasoup worker", ensureMediasoupWorker);
      },
    ],
    ["client", () => step("Prisma client", generatePrismaClient)],
    ["build", () => step("Build", buildAll)],
    [
      "browser",
      async () => {
        environment.chromiumPath = await step("Browser for the tests", ensureBrowser);
      },
    ],
  ];
  const unmet = new Set<Need>();
  for (const [need, satisfy] of work) {
    if (!needs.has(need)) continue;
    try {
      await satisfy();
    } catch (error) {
      printFailure(error);
      unmet.add(need);
    }
  }
  return unmet;
}

async function runStage(
  stage: Stage,
  unmet: ReadonlySet<Need>,
  environment: Partial<TestEnvironment>,
): Promise<Counts> {
  const missing = stage.needs.filter((need) => unmet.has(need));
  if (missing.length > 0) {
    console.error(`Cannot run: the set-up failed above (${missing.join(", ")}).`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  try {
    return await stage.run(environment);
  } catch (error) {
    printFailure(error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function summarise({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
