import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { StepError } from "../../setup/report.mjs";
import { runCommand } from "../../setup/run-command";
import { processStartTime } from "../process-identity";

const POLL_MS = 50;
/** Gentle first: each signal gets this long to work. */
const ESCALATION = [
  { signal: "SIGINT", timeoutMs: 8_000 },
  { signal: "SIGQUIT", timeoutMs: 3_000 },
  { signal: "SIGKILL", timeoutMs: 3_000 },
] as const;

/**
 * Stops a PostgreSQL that still runs on these database files because whoever started it was killed. Takes away the `postmaster.pid` of one
 * that is gone: PostgreSQL would look only at the number in it, which may by now be another process's or a zombie's.
 * The caller holds the lock of DATA_DIR, so nobody else starts one here meanwhile.
 */
export async function stopLeftover(cluster: string): Promise<void> {
  const pidFile = path.join(cluster, "postmaster.pid");
  const content = await readFile(pidFile, "utf8").catch(() => undefined);
  if (content === undefined) return;
  const pid = Number.parseInt(content, 10);
  if (!(Number.isInteger(pid) && pid > 0 && (await isPostgresOf(pid, cluster)))) {
    await rm(pidFile, { force: true });
    return;
  }
  const startedAt = await processStartTime(pid);
  for (const { signal, timeoutMs } of ESCALATION) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself in between.
    }
    const giveUpAt = Date.now() + timeoutMs;
    while (Date.now() < giveUpAt) {
      if ((await processStartTime(pid)) !== startedAt) {
        if (signal === "SIGKILL") await rm(pidFile, { force: true });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  throw new StepError(
    `A PostgreSQL of an earlier start (process ${pid}) cannot be stopped.`,
    "End it by hand, then start again.",
  );
}

async function isPostgresOf(pid: number, cluster: string): Promise<boolean> {
  if ((await processStartTime(pid)) === undefined) return false;
  if (process.platform === "linux") {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return commandLine.split("\0").includes(cluster);
  }
  const { output } = await runCommand("ps", ["-o", "command=", "-p", String(pid)]);
  return output.includes(cluster);
}
