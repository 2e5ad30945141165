import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot, sha256 } from "./project.mjs";
import { type StepControl, StepError } from "./report.mjs";
import { lastLines, runCommand } from "./run-command";

const GENERATED_CLIENT = path.join(projectRoot, "src/server/db/generated");
const STAMP = path.join(projectRoot, ".cache/prisma-client");

/** Generates the Prisma client from the schema, unless the one that is there came from the same inputs. */
export async function generatePrismaClient({ skip }: StepControl): Promise<void> {
  const inputs = await Promise.all(
    ["prisma/schema.prisma", "prisma.config.ts", "node_modules/prisma/package.json"].map((file) =>
      readFile(path.join(projectRoot, file), "utf8"),
    ),
  );
  const fingerprint = sha256(inputs.join("\0"));
  const made = await readFile(STAMP, "utf8").catch(() => "");
  if (made === fingerprint && existsSync(GENERATED_CLIENT)) {
    skip();
    return;
  }
  const result = await runCommand(
    process.execPath,
    [path.join(projectRoot, "node_modules/prisma/build/index.js"), "generate"],
    {
      cwd: projectRoot,
      // Generating reads the schema with WebAssembly. Prisma still looks for its schema engine, a binary that some
      // networks cannot download; the name of any file that exists satisfies it.
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      },
    },
  );
  if (result.code !== 0) {
    throw new StepError(
      `The Prisma client could not be generated:\n${lastLines(result.output, 25)}`,
      "Correct prisma/schema.prisma or prisma.config.ts.",
    );
  }
  await mkdir(path.dirname(STAMP), { recursive: true });
  await writeFile(STAMP, fingerprint);
}
