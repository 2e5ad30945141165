import { readFile } from "node:fs/promises";
import { runCommand } from "../setup/run-command";

/**
 * When a process started, in whatever form the system tells it, or undefined when no such process lives.
 * A process id alone does not name a process, because ids are given out again; the two together do.
 */
export async function processStartTime(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    if (stat === undefined) return undefined;
    const fields = fieldsAfterName(stat);
    // A zombie holds nothing any more, it only waits for its parent to ask for its exit code.
    return fields[0] === "Z" ? undefined : fields[START_TIME_AFTER_NAME];
  }
  const { code, output } = await runCommand("ps", ["-o", "lstart=", "-p", String(pid)]);
  return code === 0 ? output.trim() : undefined;
}

/** Whether a process with this id exists, zombies included. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It exists, but belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Field 22 of proc(5) `stat`, counted from field 3, the first after the name. */
const START_TIME_AFTER_NAME = 19;

/** The name is in parentheses and may itself hold spaces and parentheses, so the last one counts. */
function fieldsAfterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
