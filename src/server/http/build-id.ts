import { readFile } from "node:fs/promises";
import path from "node:path";
import { getEnvironment } from "@/env";

const shared = globalThis as typeof globalThis & { madoguchiBuildId?: Promise<string> };

/**
 * What Next calls the build that this process serves; `development` where nothing is built. Read once: files of a newer build may lie
 * there while this process still runs.
 */
export function readBuildId(): Promise<string> {
  shared.madoguchiBuildId ??= readFile(path.resolve(getEnvironment().NEXT_DIST_DIR, "BUILD_ID"), "utf8").then(
    (text) => text.trim(),
    () => "development",
  );
  return shared.madoguchiBuildId;
}
