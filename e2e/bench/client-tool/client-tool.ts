import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Stack } from "../../fixtures/stack";
import { unlessQuick } from "../quick";
import type { BenchResult } from "../report";
import { median, percentile } from "../statistics";
import { openControlledSession } from "./controlled-session";
import { cpuSecondsOf, type Memory, memoryOf, peakBytesOf } from "./footprint";
import { measureMoves, type Way } from "./moves";
import { measureSizes, publishRelease } from "./release";
import { measureStarts } from "./starts";
import { type Measured, type Round, summarise } from "./summarise";

const ROUNDS = unlessQuick(6, 1);
/** Half of them before those of the other way and half after, so that what changes on the machine meanwhile falls on both. */
const MOVES = unlessQuick(120, 20);
const WARM_UP_MOVES = unlessQuick(40, 10);
/** How long is counted what the tool does while nobody does anything: right after the operator's last input, and later. */
const CPU_WINDOW_MS = unlessQuick(30_000, 5_000);
/** The tool has given back by then what only its start took. */
const SETTLED_MS = unlessQuick(8_000, 6_000);
/** The tool's own longest wait for input that may go on. */
const REST_MS = unlessQuick(1_000, 500);

/**
 * The real Linux executable in the whole product, in one session in which it is in control: how long the operator's moves take to the X server's
 * pointer, against a bare data channel from the same page to the same runtime, in turns; what it takes of memory and processor
 * meanwhile and while nothing happens. Before that its download and its start.
 */
export async function measureClientTool(stack: Stack, say: (line: string) => void): Promise<BenchResult> {
  const release = await publishRelease(stack, say);
  const sizes = await measureSizes(stack, release);
  for (const { platform, servedBytes } of sizes) say(`  ${platform}: ${(servedBytes / 1e6).toFixed(1)} MB`);
  const linux = release.files.find(({ platform }) => platform === "linux");
  if (!linux) throw new Error("The release has no tool for Linux.");
  const { starts, isAllCold } = await measureStarts(join(release.folder, linux.path), ROUNDS, say);
  const session = await openControlledSession(stack);
  const rounds: Round[] = [];
  try {
    const { pid } = session.tool;
    await pause(SETTLED_MS);
    for (const way of ["bare", "tool"] as const) await measureMoves(session, way, WARM_UP_MOVES);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [first, second]: readonly [Way, Way] = round % 2 === 0 ? ["tool", "bare"] : ["bare", "tool"];
      const outer = await measureMoves(session, first, MOVES / 2);
      const inner = await measureMoves(session, second, MOVES);
      outer.push(...(await measureMoves(session, first, MOVES / 2)));
      const moves = { tool: first === "tool" ? outer : inner, bare: first === "tool" ? inner : outer };
      const inUse = await memoryOf(pid);
      const afterInput = await cpuShare(pid);
      const atRest = await cpuShare(pid);
      const one = { moves, memory: { inUse, atRest: await memoryOf(pid) }, cpu: { afterInput, atRest } };
      rounds.push(one);
      say(`  round ${round + 1}/${ROUNDS}: ${inWords(one)}`);
    }
    const peakBytes = await peakBytesOf(pid);
    say(`  at most ${megabytes(peakBytes)} resident`);
    return summarise({ sizes, starts, isAllCold, rounds, peakBytes } satisfies Measured);
  } finally {
    await session.close();
  }
}

/** Of one core, while nobody does anything; 0.01 is 1 %. */
async function cpuShare(pid: number): Promise<number> {
  await pause(REST_MS);
  const before = await cpuSecondsOf(pid);
  const beganMs = performance.now();
  await pause(CPU_WINDOW_MS);
  return ((await cpuSecondsOf(pid)) - before) / ((performance.now() - beganMs) / 1_000);
}

function inWords({ moves, memory, cpu }: Round): string {
  const way = (name: Way) =>
    `${name} median ${median(moves[name]).toFixed(2)} ms, p95 ${percentile(moves[name], 0.95).toFixed(2)} ms`;
  const taken = ({ residentBytes, proportionalBytes }: Memory) =>
    `${megabytes(residentBytes)} (${megabytes(proportionalBytes)})`;
  return [
    way("tool"),
    way("bare"),
    `memory in use ${taken(memory.inUse)}, at rest ${taken(memory.atRest)}`,
    `processor after input ${(cpu.afterInput * 100).toFixed(2)} %, at rest ${(cpu.atRest * 100).toFixed(2)} %`,
  ].join("; ");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
