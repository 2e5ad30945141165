// Builds the web application (Next) and the two processes (esbuild) into `.next` and `build`.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build as bundle } from "esbuild";
import { acquireLock } from "../start/process-lock";
import { projectRoot, sha256 } from "./project.mjs";
import { type StepControl, StepError } from "./report.mjs";
import { lastLines, runCommand } from "./run-command";

const BUILD_FOLDER = path.join(projectRoot, "build");
const STAMP = path.join(BUILD_FOLDER, "inputs.sha256");
const LOCK = path.join(BUILD_FOLDER, "lock");
const OTHER_BUILD_TIMEOUT_MS = 15 * 60_000;
const LOCK_POLL_MS = 500;

/** The bundles that `npm start` runs. */
export const bundles = {
  managementServer: path.join(BUILD_FOLDER, "management-server.mjs"),
  relay: path.join(BUILD_FOLDER, "relay.mjs"),
} as const;

/** Folders and files whose content decides whether a build is still good. Missing ones are passed over. */
const INPUTS = [
  "src",
  "relay",
  "public",
  "prisma/schema.prisma",
  "package.json",
  "package-lock.json",
  "next.config.ts",
  "next.config.mjs",
  "postcss.config.mjs",
  "tailwind.config.ts",
  "scripts/setup/build.ts",
];
/** Nothing that runs only under test is part of a build. */
const NOT_BUILT = /\.test\.tsx?$|\.tsbuildinfo$/;

/**
 * Builds everything unless the inputs are those of the build that is there. The stamp is taken away
 * first and written last, so a build that was interrupted is never mistaken for a finished one; a lock keeps two commands
 * from building over each other.
 */
export async function buildAll({ skip, note }: StepControl): Promise<void> {
  const inputs = await fingerprintInputs();
  if (await isBuilt(inputs)) {
    skip();
    return;
  }
  await mkdir(BUILD_FOLDER, { recursive: true });
  const lock = await lockForBuilding(note);
  try {
    if (await isBuilt(inputs)) return;
    await rm(STAMP, { force: true });
    await buildWeb();
    await bundleProcesses();
    await writeFile(STAMP, await stampFor(inputs));
  } finally {
    await lock.release();
  }
}

/** Next rewrites tsconfig.json while it builds, so that one file counts as it is afterwards. */
async function stampFor(inputs: string): Promise<string> {
  return sha256(inputs + (await readFile(path.join(projectRoot, "tsconfig.json"), "utf8")));
}

async function isBuilt(inputs: string): Promise<boolean> {
  const stamp = await readFile(STAMP, "utf8").catch(() => "");
  const outputs = [...Object.values(bundles), path.join(projectRoot, ".next/BUILD_ID")];
  return stamp === (await stampFor(inputs)) && outputs.every((file) => existsSync(file));
}

async function lockForBuilding(note: (text: string) => void): Promise<{ release: () => Promise<void> }> {
  const giveUpAt = Date.now() + OTHER_BUILD_TIMEOUT_MS;
  for (let first = true; Date.now() < giveUpAt; first = false) {
    const attempt = await acquireLock(LOCK);
    if (attempt.acquired) return attempt;
    if (first) note(`Another command (process ${attempt.holder.pid}) is building: waiting for it.`);
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  throw new StepError(
    "Another command has been building for too long.",
    `End it, or remove ${LOCK}, and try again.`,
  );
}

async function fingerprintInputs(): Promise<string> {
  const lines: string[] = [`node ${process.versions.node.split(".")[0]}`];
  for (const input of INPUTS) {
    for (const file of await filesBelow(path.join(projectRoot, input))) {
      if (NOT_BUILT.test(file)) continue;
      lines.push(`${path.relative(projectRoot, file)} ${sha256(await readFile(file))}`);
    }
  }
  return sha256(lines.join("\n"));
}

async function filesBelow(start: string): Promise<string[]> {
  if (!existsSync(start)) return [];
  const entries = await readdir(start, { recursive: true, withFileTypes: true }).catch(() => undefined);
  // A file, not a folder.
  if (entries === undefined) return [start];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

async function buildWeb(): Promise<void> {
  const next = path.join(projectRoot, "node_modules/next/dist/bin/next");
  const result = await runCommand(process.execPath, [next, "build"], {
    cwd: projectRoot,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (result.code !== 0) {
    throw new StepError(
      `The web application could not be built:\n${lastLines(result.output, 40)}`,
      "Correct what is named above; `npm run check` finds most mistakes faster.",
    );
  }
}

async function bundleProcesses(): Promise<void> {
  await bundle({
    absWorkingDir: projectRoot,
    entryPoints: { "management-server": "src/server/main.ts", relay: "relay/main.ts" },
    outdir: BUILD_FOLDER,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    alias: { "@": path.join(projectRoot, "src") },
    sourcemap: true,
    logLevel: "silent",
  }).catch((error: unknown) => {
    throw new StepError(
      `The server processes could not be bundled:\n${error instanceof Error ? error.message : String(error)}`,
      "Correct what is named above.",
    );
  });
}
