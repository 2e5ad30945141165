import { rmSync } from "node:fs";
import path from "node:path";

/** Set by whatever unpacked the tool's native parts: the folder that goes when the tool does. */
export const UNPACKED_VARIABLE = "MADOGUCHI_TOOL_UNPACKED";
/** No other folder is ever removed. */
export const UNPACKED_PREFIX = "madoguchi-tool-";

/**
 * Removes what was unpacked at the start. Synchronous, for it is also called while the process ends. Idempotent.
 *
 * @returns false when something could not be removed: Windows keeps libraries that are loaded
 */
export function removeUnpacked(environment: NodeJS.ProcessEnv = process.env): boolean {
  const folder = environment[UNPACKED_VARIABLE];
  if (folder === undefined) return true;
  if (!path.isAbsolute(folder) || !path.basename(folder).startsWith(UNPACKED_PREFIX)) return false;
  try {
    rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
