// What is published of one system's build: signed by the hook, packed, compressed, hashed.
import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { ToolPlatform } from "@/protocol/control";
import { FILES_FOLDER, type ReleaseFile } from "@/protocol/release-manifest";
import { sha256 } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";
import type { BuiltTool } from "./build";
import { zipFolder } from "./macos/zip";

/** Quality 9 takes a minute more for a file and makes it 6 % smaller. */
const BROTLI_QUALITY = 5;
/** 16 MB, the largest that every browser takes (RFC 7932, 9.1). */
const BROTLI_WINDOW_BITS = 24;
const HASH_IN_NAME = 16;

const hooks: Readonly<Record<ToolPlatform, string | null>> = {
  windows: "MADOGUCHI_SIGN_WINDOWS",
  macos: "MADOGUCHI_SIGN_MACOS",
  linux: null,
};
const suffixes: Readonly<Record<ToolPlatform, string>> = { windows: ".exe", macos: ".zip", linux: ".run" };

export type PreparedFile = { file: ReleaseFile; content: Buffer; compressed: Buffer };

/**
 * Runs the system's signing command (`MADOGUCHI_SIGN_WINDOWS`, `MADOGUCHI_SIGN_MACOS`: a shell command to which the path of a copy of
 * the product is added as its last argument) and prepares what it leaves behind.
 *
 * @throws StepError when the command fails
 */
export async function prepareFile(
  { platform, arch, product }: BuiltTool,
  version: string,
  variables: NodeJS.ProcessEnv,
): Promise<PreparedFile> {
  const hook = hooks[platform];
  const command = hook === null ? undefined : variables[hook];
  const home = path.dirname(product);
  const content =
    hook !== null && command ? await signedContent(hook, command, product) : await contentOf(product);
  // A signature has the time in it, so no other release will ever want the same bytes.
  const compressed = command ? await compress(content) : await compressOnce(content, home);
  const hash = sha256(content);
  const name = `madoguchi-${version}-${platform}-${arch}${suffixes[platform]}`;
  const stored = `madoguchi-${version}-${platform}-${arch}-${hash.slice(0, HASH_IN_NAME)}${suffixes[platform]}`;
  return {
    content,
    compressed,
    file: {
      platform,
      arch,
      name,
      path: path.posix.join(FILES_FOLDER, stored),
      sizeBytes: content.length,
      sha256: hash,
      compressed: { encoding: "br", sizeBytes: compressed.length, sha256: sha256(compressed) },
      isSystemSigned: Boolean(command),
    },
  };
}

async function contentOf(product: string): Promise<Buffer> {
  return product.endsWith(".app") ? await zipFolder(product) : await readFile(product);
}

/** The build itself stays as it is: another release of it, without the command, is not signed. */
async function signedContent(hook: string, command: string, product: string): Promise<Buffer> {
  const folder = await mkdtemp(path.join(path.dirname(product), "signing-"));
  try {
    const copy = path.join(folder, path.basename(product));
    await cp(product, copy, { recursive: true, verbatimSymlinks: true });
    await sign(hook, command, copy);
    return await contentOf(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sign(hook: string, command: string, product: string): Promise<void> {
  // The path is an argument of the shell, not a part of the command: no character in it can mean anything.
  const child = spawn("sh", ["-c", `${command} "$1"`, hook, product], { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new StepError(`${hook} ended with ${code}: nothing was published.`);
}

/** Compressing takes longer than all else of a release, and a release of what was built before is no rare thing. */
async function compressOnce(content: Buffer, folder: string): Promise<Buffer> {
  const start = `${sha256(content)}-`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(start) || !name.endsWith(".br")) continue;
    const kept = await readFile(path.join(folder, name));
    if (name === `${start}${sha256(kept)}.br`) return kept;
  }
  const compressed = await compress(content);
  const file = path.join(folder, `${start}${sha256(compressed)}.br`);
  const making = `${file}.${process.pid}.new`;
  await writeFile(making, compressed);
  await rename(making, file);
  return compressed;
}

function compress(content: Buffer): Promise<Buffer> {
  return promisify(brotliCompress)(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}
