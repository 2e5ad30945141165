import type { BenchResult, BenchRow, BenchSample, BenchTable } from "../report";
import { median, percentile } from "../statistics";
import type { Memory } from "./footprint";
import type { Way } from "./moves";
import type { Served } from "./release";
import type { Cache, FirstSign, Start } from "./starts";

/** One turn of everything that is measured in the session. */
export interface Round {
  readonly moves: Readonly<Record<Way, readonly number[]>>;
  readonly memory: Readonly<Record<"inUse" | "atRest", Memory>>;
  /** Shares of one core. */
  readonly cpu: Readonly<Record<"afterInput" | "atRest", number>>;
}

export interface Measured {
  readonly sizes: readonly Served[];
  readonly starts: readonly Start[];
  /** Whether a cold start found nothing at all in memory. */
  readonly isAllCold: boolean;
  readonly rounds: readonly Round[];
  readonly peakBytes: number;
}

const GOAL_MOVE_RATIO = 1.3;
const GOAL_START_MS = 2_000;
const GOAL_DOWNLOAD_BYTES = 40e6;
const GOAL_MEMORY_BYTES = 80e6;
const GOAL_CPU_SHARE = 0.005;
const SERIES: Readonly<Record<Way, string>> = { tool: "X pointer, by the tool", bare: "bare data channel" };

export function summarise(measured: Measured): BenchResult {
  return {
    id: "client-tool",
    title: "Operator's pointer move to the customer's pointer",
    rows: [
      movesRow(measured),
      ...startRows(measured),
      ...measured.sizes.map(sizeRow),
      memoryRow(measured),
      cpuRow(measured),
    ],
    samples: measured.rounds.flatMap(({ moves }, round): BenchSample[] =>
      (["bare", "tool"] as const).flatMap((way) =>
        moves[way].map((ms) => ({ series: SERIES[way], round, ms })),
      ),
    ),
    tables: [roundsTable(measured)],
  };
}

function movesRow({ rounds }: Measured): BenchRow {
  const typical = (way: Way, share: number) =>
    median(rounds.map(({ moves }) => percentile(moves[way], share)));
  const inWords = (way: Way) =>
    `p95 ${typical(way, 0.95).toFixed(2)} ms (median ${typical(way, 0.5).toFixed(2)})`;
  const ratio = typical("tool", 0.95) / typical("bare", 0.95);
  const ratios = rounds.map(({ moves }) =>
    (percentile(moves.tool, 0.95) / percentile(moves.bare, 0.95)).toFixed(2),
  );
  const [first] = rounds;
  return {
    name: "Operator's mouse in the console → relay → Client Tool → the X server's pointer",
    measured: inWords("tool"),
    compared: `the same moves over a bare data channel from the same page straight to a program of the same runtime and library, to its handler: ${inWords("bare")}`,
    ratio,
    goal: `p95 ≤ ${GOAL_MOVE_RATIO} ×`,
    met: ratio <= GOAL_MOVE_RATIO,
    samples: `${rounds.length} rounds of ${first?.moves.tool.length ?? 0} moves each; ratios of the rounds ${ratios.join(", ")}`,
  };
}

function startRows({ starts, isAllCold }: Measured): BenchRow[] {
  const of = (sign: FirstSign, cache: Cache) =>
    starts.filter((start) => start.sign === sign && start.cache === cache).map(({ ms }) => ms);
  const inWords = (sign: FirstSign, cache: Cache) =>
    `${cache} p95 ${percentile(of(sign, cache), 0.95).toFixed(0)} ms (median ${median(of(sign, cache)).toFixed(0)})`;
  return (["window", "line"] as const).map((sign) => {
    const worst = Math.max(...(["cold", "warm"] as const).map((cache) => percentile(of(sign, cache), 0.95)));
    return {
      name:
        sign === "window"
          ? "The Client Tool's start → its window on the desktop"
          : "The Client Tool's start without a display → its first line",
      measured: `${inWords(sign, "cold")}, ${inWords(sign, "warm")}`,
      compared: `goal ${GOAL_START_MS} ms`,
      ratio: worst / GOAL_START_MS,
      goal: `p95 ≤ ${GOAL_START_MS} ms`,
      met: worst <= GOAL_START_MS,
      samples: `${of(sign, "cold").length} cold, ${of(sign, "warm").length} warm; cold: ${isAllCold ? "all of the system's caches dropped" : "only the program itself dropped from the cache"}`,
    };
  });
}

function sizeRow({ platform, sizeBytes, servedBytes }: Served): BenchRow {
  return {
    name: `The Client Tool's download for ${platform}`,
    measured: megabytes(servedBytes),
    compared: `${megabytes(sizeBytes)} on the disk; goal ${megabytes(GOAL_DOWNLOAD_BYTES)}`,
    ratio: servedBytes / GOAL_DOWNLOAD_BYTES,
    goal: `≤ ${megabytes(GOAL_DOWNLOAD_BYTES)}`,
    met: servedBytes <= GOAL_DOWNLOAD_BYTES,
    samples: "bytes of the body, asked for as browsers do",
  };
}

function memoryRow({ rounds, peakBytes }: Measured): BenchRow {
  const all = (when: keyof Round["memory"], what: keyof Memory) =>
    rounds.map(({ memory }) => memory[when][what]);
  const inWords = (when: keyof Round["memory"]) =>
    `${megabytes(median(all(when, "residentBytes")))} resident (p95 ${megabytes(percentile(all(when, "residentBytes"), 0.95))}; proportional ${megabytes(median(all(when, "proportionalBytes")))})`;
  const worst = Math.max(peakBytes, ...all("inUse", "residentBytes"), ...all("atRest", "residentBytes"));
  return {
    name: "The Client Tool's memory, from its start to the end of a session in which it is in control",
    measured: `after input ${inWords("inUse")}, at rest ${inWords("atRest")}`,
    compared: `goal ${megabytes(GOAL_MEMORY_BYTES)}; the most at any moment, as the kernel has it (VmHWM): ${megabytes(peakBytes)}`,
    ratio: worst / GOAL_MEMORY_BYTES,
    goal: `≤ ${megabytes(GOAL_MEMORY_BYTES)} resident at every moment`,
    met: worst <= GOAL_MEMORY_BYTES,
    samples: `${rounds.length} rounds`,
  };
}

function cpuRow({ rounds }: Measured): BenchRow {
  const all = (when: keyof Round["cpu"]) => rounds.map(({ cpu }) => cpu[when]);
  const inWords = (when: keyof Round["cpu"]) =>
    `p95 ${percent(percentile(all(when), 0.95))} (median ${percent(median(all(when)))})`;
  const worst = percentile(all("atRest"), 0.95);
  return {
    name: "The Client Tool's processor time while it is in control and nobody does anything",
    measured: `${inWords("atRest")} of one core; in the 30 s right after input ${inWords("afterInput")}`,
    compared: `goal ${percent(GOAL_CPU_SHARE)}`,
    ratio: worst / GOAL_CPU_SHARE,
    goal: `p95 ≤ ${percent(GOAL_CPU_SHARE)}`,
    met: worst <= GOAL_CPU_SHARE,
    samples: `${rounds.length} × 30 s each`,
  };
}

function roundsTable({ rounds }: Measured): BenchTable {
  return {
    title: "The Client Tool in control, round by round",
    text: "Moves: median / p95 in ms. Memory: resident / proportional in MB, right after the moves and a minute later. Processor: share of one core in the half minute after the moves and in the next.",
    head: ["Round", "By the tool", "Bare channel", "Memory", "at rest", "Processor", "at rest"],
    rows: rounds.map(({ moves, memory, cpu }, round) => [
      String(round + 1),
      ...(["tool", "bare"] as const).map(
        (way) => `${median(moves[way]).toFixed(2)} / ${percentile(moves[way], 0.95).toFixed(2)}`,
      ),
      ...(["inUse", "atRest"] as const).map((when) =>
        [memory[when].residentBytes, memory[when].proportionalBytes]
          .map((bytes) => (bytes / 1e6).toFixed(1))
          .join(" / "),
      ),
      percent(cpu.afterInput),
      percent(cpu.atRest),
    ]),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
