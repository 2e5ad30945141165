// Checks every import of the sources against boundary-rules.ts. Own code rather than a tool: TypeScript 7 has no
// JavaScript API for tools to parse with, and the ones that can use swc instead do not read TSX with it.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "@swc/core";
import { boundaryRules, packageRules } from "./boundary-rules";

/** Tests may reach across for what they set up. */
const TESTS = /\.test\.tsx?$|\/testing\//;
const SOURCES = /\.(ts|tsx|mjs)$/;
const SOURCE_FOLDERS = ["src", "relay"];
const NOT_OURS = /^src\/server\/db\/generated\//;

/** Returns one sentence for each import that breaks a rule, and how many imports were looked at. */
export async function checkBoundaries(root: string): Promise<{ violations: string[]; imports: number }> {
  const violations: string[] = [];
  let imports = 0;
  for (const file of await sourceFiles(root)) {
    for (const specifier of await importsOf(await readFile(path.join(root, file), "utf8"), file)) {
      imports++;
      violations.push(...judge(file, specifier).map((reason) => `${file} imports ${specifier}: ${reason}`));
    }
  }
  return { violations, imports };
}

/** The reasons why a file must not import something; empty when it may. */
export function judge(file: string, specifier: string): string[] {
  if (TESTS.test(file)) return [];
  const target = projectPath(file, specifier);
  // The version number is nobody's secret.
  if (target === "package.json") return [];
  if (target === undefined) {
    return packageRules
      .filter(({ from, packages }) => from.test(file) && packages.test(specifier))
      .map(({ reason }) => reason);
  }
  return boundaryRules
    .filter(({ from, refuses }) => from.test(file) && refuses(target, file))
    .map(({ reason }) => reason);
}

/** Every specifier in import and export declarations (types too), import types and `import()` of a module. */
export async function importsOf(source: string, file: string): Promise<string[]> {
  const module = await parse(source, { syntax: "typescript", tsx: !file.endsWith(".ts"), target: "es2022" });
  const found: string[] = [];
  visit(module.body, found);
  return found;
}

/** Walks the syntax tree as plain data, so no kind of node is forgotten. */
function visit(node: unknown, found: string[]): void {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, found);
    return;
  }
  if (!isRecord(node)) return;
  const specifier = specifierOf(node);
  if (specifier !== undefined) found.push(specifier);
  for (const child of Object.values(node)) visit(child, found);
}

function specifierOf(node: Record<string, unknown>): string | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return stringValue(node.source);
    case "TsImportType":
      return stringValue(node.argument);
    case "CallExpression": {
      if (!isRecord(node.callee) || node.callee.type !== "Import" || !Array.isArray(node.arguments))
        return undefined;
      const first: unknown = node.arguments[0];
      return isRecord(first) ? stringValue(first.expression) : undefined;
    }
    default:
      return undefined;
  }
}

function stringValue(node: unknown): string | undefined {
  return isRecord(node) && node.type === "StringLiteral" && typeof node.value === "string"
    ? node.value
    : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The path of an import within the project, or undefined for a package. `@/env` may name a file or a folder. */
function projectPath(file: string, specifier: string): string | undefined {
  if (specifier.startsWith("@/")) return withExtension(`src/${specifier.slice(2)}`);
  if (specifier.startsWith(".")) return withExtension(path.posix.join(path.posix.dirname(file), specifier));
  return undefined;
}

function withExtension(target: string): string {
  return path.posix.extname(target) === "" ? `${target}.ts` : target;
}

async function sourceFiles(root: string): Promise<string[]> {
  const lists = await Promise.all(
    SOURCE_FOLDERS.map(async (folder) => {
      const entries = await readdir(path.join(root, folder), { recursive: true });
      return entries.map((entry) => `${folder}/${entry.split(path.sep).join("/")}`);
    }),
  );
  return lists.flat().filter((file) => SOURCES.test(file) && !NOT_OURS.test(file));
}
