// `npm run setup`: everything a start needs on disk, without starting anything.
import { buildAll } from "./build";
import { ensureMediasoupWorker } from "./mediasoup-worker";
import { generatePrismaClient } from "./prisma-client";
import { elapsed, step } from "./report.mjs";

export async function main(): Promise<void> {
  const startedAt = performance.now();
  const worker = await step("mediasoup worker", ensureMediasoupWorker);
  await step("Prisma client", generatePrismaClient);
  await step("Build", buildAll);
  console.log(`Set up in ${elapsed(startedAt)}. mediasoup worker: ${worker}`);
}
