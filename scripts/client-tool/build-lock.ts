import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { StepError } from "../setup/report.mjs";
import { acquireLock } from "../start/process-lock";

const POLL_MS = 300;
/** A first build fetches what it needs. */
const OTHER_BUILD_TIMEOUT_MS = 20 * 60_000;

/**
 * Two commands, or two processes of the tests, never build into one folder at once.
 *
 * @throws StepError when the other one does not come to its end
 */
export async function lockForBuilding(folder: string): Promise<{ release: () => Promise<void> }> {
  await mkdir(folder, { recursive: true });
  const giveUpAt = Date.now() + OTHER_BUILD_TIMEOUT_MS;
  for (;;) {
    const attempt = await acquireLock(path.join(folder, "lock"));
    if (attempt.acquired) return attempt;
    if (Date.now() > giveUpAt) {
      throw new StepError(`Process ${attempt.holder.pid} is still building the Client Tool.`);
    }
    await pause(POLL_MS);
  }
}
