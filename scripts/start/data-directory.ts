import { mkdir } from "node:fs/promises";
import path from "node:path";
import { StepError } from "../setup/report.mjs";
import { acquireLock } from "./process-lock";

export type DataDirectory = {
  folder: string;
  /** Where secrets are kept, readable by the owner alone. */
  secretsFolder: string;
  /** True when the last start was killed: its processes may need a moment to be gone. */
  wasKilled: boolean;
  release: () => Promise<void>;
};

/** Makes the folder and takes it for this process alone. Throws a StepError when another start holds it. */
export async function openDataDirectory(folder: string): Promise<DataDirectory> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new StepError(
      `DATA_DIR cannot be made: ${error instanceof Error ? error.message : String(error)}.`,
      "Set DATA_DIR to a folder that this user may write to.",
    );
  });
  const attempt = await acquireLock(path.join(folder, "lock")).catch((error: unknown) => {
    throw new StepError(
      `DATA_DIR (${folder}) cannot be written to: ${error instanceof Error ? error.message : String(error)}.`,
      "Set DATA_DIR to a folder that this user may write to.",
    );
  });
  if (!attempt.acquired) {
    throw new StepError(
      `Madoguchi is already running with this DATA_DIR (${folder}), as process ${attempt.holder.pid}.`,
      "Stop it first, or set another DATA_DIR, PORT and RELAY_PORT to run a second one beside it.",
    );
  }
  return {
    folder,
    secretsFolder: path.join(folder, "secrets"),
    wasKilled: attempt.wasStale,
    release: attempt.release,
  };
}
