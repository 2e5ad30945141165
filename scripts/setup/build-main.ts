// `npm run build`: the web application and the two bundles.
import { buildAll } from "./build";
import { generatePrismaClient } from "./prisma-client";
import { step } from "./report.mjs";

export async function main(): Promise<void> {
  await step("Prisma client", generatePrismaClient);
  await step("Build", buildAll);
}
