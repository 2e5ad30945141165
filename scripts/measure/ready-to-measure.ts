import { ensureBrowser } from "../setup/browser";
import { buildAll } from "../setup/build";
import { ensureMediasoupWorker } from "../setup/mediasoup-worker";
import { generatePrismaClient } from "../setup/prisma-client";
import { step } from "../setup/report.mjs";

/**
 * Everything that real browsers against the real product need. Tells the fixtures of `e2e` where browser and worker are.
 *
 * @returns the path of the media worker
 */
export async function readyToMeasure(): Promise<string> {
  const worker = await step("mediasoup worker", ensureMediasoupWorker);
  await step("Prisma client", generatePrismaClient);
  await step("Build", buildAll);
  process.env.CHROMIUM_PATH = await step("Browser for the tests", ensureBrowser);
  process.env.MEDIASOUP_WORKER_BIN = worker;
  return worker;
}
