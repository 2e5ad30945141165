// Where a release goes. Files come first and the manifest last, and nothing that is there is changed or removed: whoever loads an older
// file meanwhile gets it whole, and at every moment the manifest speaks of files that are there.
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";
import { type SignedManifest, signedManifestSchema } from "@/protocol/release-manifest";
import { StepError } from "../setup/report.mjs";
import type { PreparedFile } from "./release-file";

export const MANIFEST_NAME = "manifest.json";

export type Target = {
  /** For people. */
  readonly name: string;
  /** @returns what is published there; null when nothing is */
  manifest(): Promise<SignedManifest | null>;
  put(file: PreparedFile): Promise<void>;
  putManifest(manifest: SignedManifest): Promise<void>;
};

/** @throws whatever stopped it; the manifest is then the former one */
export async function publish(
  target: Target,
  files: PreparedFile[],
  manifest: SignedManifest,
): Promise<void> {
  for (const file of files) await target.put(file);
  await target.putManifest(manifest);
}

/** A folder that this server or any other hands out: each file beside its compressed form (`.br`). */
export function folderTarget(folder: string): Target {
  const manifestFile = path.join(folder, MANIFEST_NAME);
  return {
    name: folder,
    manifest: async () => {
      const text = await readFile(manifestFile, "utf8").catch(() => null);
      return text === null ? null : readManifest(text, manifestFile);
    },
    put: async ({ file, content, compressed }) => {
      const to = path.join(folder, file.path);
      await mkdir(path.dirname(to), { recursive: true });
      await writeOnce(`${to}.br`, compressed);
      await writeOnce(to, content);
    },
    putManifest: async (manifest) => {
      await mkdir(folder, { recursive: true });
      await writeWhole(manifestFile, Buffer.from(JSON.stringify(manifest)));
    },
  };
}

/** @throws StepError for what is no manifest: something else lies where the release is to go */
export function readManifest(text: string, where: string): SignedManifest {
  try {
    return signedManifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StepError(
      `${where} is no manifest of a release.`,
      "Move it away, or publish to another place.",
      {
        cause,
      },
    );
  }
}

/** The name holds the content's hash: what is there already is the same. */
async function writeOnce(file: string, content: Buffer): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there?.size !== content.length) await writeWhole(file, content);
}

async function writeWhole(file: string, content: Buffer): Promise<void> {
  const making = `${file}.${process.pid}.new`;
  const handle = await open(making, "w", 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(making, file);
}
