// `npm run setup`: everything a start needs on disk, without starting anything; with `-- --tests` also the browser
// of the end-to-end tests.

import { ensureBrowser } from "./browser";
import { buildAll } from "./build";
import { ensureMediasoupWorker } from "./mediasoup-worker";
import { generatePrismaClient } from "./prisma-client";
import { elapsed, step } from "./report.mjs";

export async function main(args: string[]): Promise<void> {
  const startedAt = performance.now();
  const worker = await step("mediasoup worker", ensureMediasoupWorker);
  await step("Prisma client", generatePrismaClient);
  await step("Build", buildAll);
  if (args.includes("--tests")) await step("Browser for the tests", ensureBrowser);
  console.log(`Set up in ${elapsed(startedAt)}. mediasoup worker: ${worker}`);
}
