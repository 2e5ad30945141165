import { readdir, readFile } from "node:fs/promises";

/** Linux counts the time of processes in hundredths of a second, whatever the kernel's own clock does (proc(5), `USER_HZ`). */
export const TICKS_PER_SECOND = 100;

interface ProcessStatus {
  readonly pid: number;
  readonly parentPid: number;
  readonly cpuSeconds: number;
}

/** The processor time that a process and its descendants have used since they started, in seconds. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const family = await processTree(pid);
  return family.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/**
 * The memory of a process and of its descendants in bytes: their proportional set size, where a page that several processes
 * share counts once (proc(5), `smaps_rollup`).
 */
export async function memoryBytesOf(pid: number): Promise<{ own: number; descendants: number; all: number }> {
  const family = await processTree(pid);
  const [own = 0, ...others] = await Promise.all(
    family.map(async (member) => {
      const rollup = await readFile(`/proc/${member.pid}/smaps_rollup`, "utf8");
      const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
      if (kibibytes === undefined) throw new Error(`Process ${member.pid} does not say how large it is.`);
      return Number(kibibytes) * 1024;
    }),
  );
  const descendants = others.reduce((sum, size) => sum + size, 0);
  return { own, descendants, all: own + descendants };
}

/** The processes that a process started and that run still. */
export async function childrenOf(pid: number): Promise<number[]> {
  return (await allProcesses()).filter(({ parentPid }) => parentPid === pid).map((child) => child.pid);
}

/** @throws Error when the process is gone */
async function processTree(pid: number): Promise<ProcessStatus[]> {
  const all = await allProcesses();
  const first = all.find((one) => one.pid === pid);
  if (first === undefined) throw new Error(`There is no process ${pid} any more.`);
  const family = [first];
  for (const member of family) family.push(...all.filter(({ parentPid }) => parentPid === member.pid));
  return family;
}

async function allProcesses(): Promise<ProcessStatus[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return (await Promise.all(names.map(readStatus))).filter((one) => one !== null);
}

/** @returns null for a process that has ended meanwhile */
async function readStatus(name: string): Promise<ProcessStatus | null> {
  const text = await readFile(`/proc/${name}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  const field = statFields(text);
  return {
    pid: Number(name),
    parentPid: field(4),
    cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
  };
}

/** Reads a process's `stat`. @returns a field that is a number, by its place in proc(5), where the first is 1 */
export function statFields(text: string): (place: number) => number {
  // The second field is the program's name in brackets and may hold anything; what follows it is counted from the third on.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (place) => Number(fields[place - 3]);
}
