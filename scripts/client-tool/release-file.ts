// What is published of one system's build: signed by the hook, packed, compressed, hashed.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
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
 * Runs the system's signing command (`MADOGUCHI_SIGN_WINDOWS`, `MADOGUCHI_SIGN_MACOS`: a shell command to which the product's path
 * is added as its last argument) and prepares what it leaves behind.
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
  if (hook !== null && command) await sign(hook, command, product);
  const content = platform === "macos" ? await zipFolder(product) : await readFile(product);
  const compressed = await compress(content);
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

async function sign(hook: string, command: string, product: string): Promise<void> {
  // The path is an argument of the shell, not a part of the command: no character in it can mean anything.
  const child = spawn("sh", ["-c", `${command} "$1"`, hook, product], { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new StepError(`${hook} ended with ${code}: nothing was published.`);
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
