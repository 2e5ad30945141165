import { readFile } from "node:fs/promises";
import { descendantsOf } from "../../fixtures/processes";
import { statFields, TICKS_PER_SECOND } from "../relay/process-tree";

const BYTES_PER_KIB = 1024;

/** Of a program and everything that it has started, in bytes. */
export interface Memory {
  /** What is resident, with what it shares with others. */
  readonly residentBytes: number;
  /** The same, where a page that several processes share counts in parts (proc(5), `smaps_rollup`). */
  readonly proportionalBytes: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const family = [pid, ...descendantsOf(pid).map((one) => one.pid)];
  const each = await Promise.all(family.map(oneMemory));
  return {
    residentBytes: each.reduce((sum, one) => sum + one.residentBytes, 0),
    proportionalBytes: each.reduce((sum, one) => sum + one.proportionalBytes, 0),
  };
}

/** The most that was ever resident of the program itself. */
export async function peakBytesOf(pid: number): Promise<number> {
  return kibibytes(await readFile(`/proc/${pid}/status`, "utf8"), "VmHWM") * BYTES_PER_KIB;
}

/** The processor time of a program since it began, and of all that it has started and that has ended again, in seconds. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const field = statFields(await readFile(`/proc/${pid}/stat`, "utf8"));
  return (field(14) + field(15) + field(16) + field(17)) / TICKS_PER_SECOND;
}

async function oneMemory(pid: number): Promise<Memory> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  return {
    residentBytes: kibibytes(rollup, "Rss") * BYTES_PER_KIB,
    proportionalBytes: kibibytes(rollup, "Pss") * BYTES_PER_KIB,
  };
}

function kibibytes(text: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`The kernel tells no ${name}.`);
  return Number(found);
}
