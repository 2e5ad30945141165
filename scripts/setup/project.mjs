// Where the project is, and what Node it needs. Built-ins only.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { StepError } from "./report.mjs";

/** The folder that holds package.json. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Throws a StepError when this Node is older than the one package.json's `engines` asks for. */
export function requireNodeVersion() {
  const manifest = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8"));
  const wanted = String(manifest.engines.node).replace(/^\D+/, "");
  if (isOlder(process.versions.node, wanted)) {
    throw new StepError(
      `Node.js ${process.versions.node} is too old: Madoguchi needs ${wanted} or newer.`,
      "Install a newer Node.js from https://nodejs.org or with your version manager (.nvmrc names a version).",
    );
  }
}

/**
 * Compares dotted versions by number: "20.9.0" is older than "20.19.0".
 *
 * @param {string} version
 * @param {string} than
 */
export function isOlder(version, than) {
  const [left, right] = [version, than].map((text) =>
    text.split(".").map((part) => Number.parseInt(part, 10)),
  );
  for (const [index, wanted] of right.entries()) {
    const found = left[index] ?? 0;
    if (found !== wanted) return found < wanted;
  }
  return false;
}

/**
 * The SHA-256 of some bytes, as hex.
 *
 * @param {string | Buffer} content
 */
export function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}
