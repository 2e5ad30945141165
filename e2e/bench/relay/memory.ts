import { randomUUID } from "node:crypto";
import { IDLE_AFTER_MS } from "../../../relay/monitoring/idle-collector";
import { ensureAptPackages, usesApt } from "../../../scripts/setup/apt";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { unlessQuick } from "../quick";
import type { BenchResult, BenchValue } from "../report";
import { median } from "../statistics";
import type { IdleSessionsCommand } from "./idle-sessions";
import { memoryBytesOf } from "./process-tree";
import { WorkerProgram } from "./worker-program";

const SESSIONS = unlessQuick(500, 12);
/** After the warm-up cycle. */
const CYCLES = unlessQuick(2, 1);
/** Two processes keep the sides: one for each core that most machines have at least. */
const PROGRAMS = 2;
/** Sessions whose tickets are made at once; they are used before they lapse. */
const BATCH = 20;
const GOAL_BYTES_A_SESSION = 1_000_000;
const GOAL_LEFT_RATIO = 1.05;
/** Memory counts as settled when it moved less than this between two looks. */
const SETTLED_SHARE = 0.005;
const LOOK_INTERVAL_MS = 1_000;
const SETTLE_TIMEOUT_MS = unlessQuick(8_000, 4_000);

type Series = "before" | "sessions open" | "after";

/**
 * How much memory the relay (its main process and its worker) has with {@link SESSIONS} idle sessions, and whether it gives it
 * back: sessions are opened and ended in cycles, the first of which warms up allocators and compilers. In each session both
 * sides are connected, all channels but the one for files are open, and the video is paused.
 *
 * A quick run ({@link unlessQuick}) has a dozen sessions and one cycle.
 */
export async function measureMemory(workerBin: string, say: (line: string) => void): Promise<BenchResult> {
  if (await usesApt()) await ensureAptPackages(["libjemalloc2"], "by the relay's workers");
  const relay = await startBenchRelay(workerBin);
  const programs = Array.from({ length: PROGRAMS }, () =>
    WorkerProgram.start("e2e/bench/relay/idle-sessions.ts"),
  );
  const samples: BenchValue[] = [];
  const look = async (series: Series, round: number): Promise<number> => {
    const { all, own, descendants } = await settledMemory(relay.pid);
    samples.push({ series, round, value: all / 1e6 });
    const parts = `main process ${megabytes(own)}, worker ${megabytes(descendants)}`;
    say(`  cycle ${round}/${CYCLES} ${series}: ${megabytes(all)} (${parts})`);
    return all;
  };
  const perSession: number[] = [];
  const left: number[] = [];
  try {
    const fresh = await look("before", 0);
    // Cycle 0 is the warm-up.
    for (let cycle = 0; cycle <= CYCLES; cycle += 1) {
      await openSessions(relay, programs);
      const open = await look("sessions open", cycle);
      await Promise.all(programs.map((program) => program.ask({ do: "end" } satisfies IdleSessionsCommand)));
      await new Promise((resolve) => setTimeout(resolve, 2 * IDLE_AFTER_MS));
      left.push(await look("after", cycle));
      perSession.push((open - fresh) / SESSIONS);
    }
  } finally {
    for (const program of programs) program.stop();
    relay.close();
  }
  return summarise(samples, perSession, left);
}

function summarise(
  samples: readonly BenchValue[],
  perSession: readonly number[],
  left: readonly number[],
): BenchResult {
  const [warm = Number.NaN, ...later] = left;
  const end = later.at(-1) ?? Number.NaN;
  const largest = Math.max(...perSession);
  return {
    id: "memory",
    title: `The relay's memory in cycles of ${SESSIONS} idle sessions that open and end`,
    unit: "MB",
    shape: "course",
    rows: [
      {
        name: `The relay's memory for an idle session, with ${SESSIONS}`,
        measured: `${megabytes(largest)} (median ${megabytes(median(perSession))})`,
        compared: `goal ${megabytes(GOAL_BYTES_A_SESSION)}`,
        ratio: largest / GOAL_BYTES_A_SESSION,
        goal: `≤ ${megabytes(GOAL_BYTES_A_SESSION)} in every cycle`,
        met: largest <= GOAL_BYTES_A_SESSION,
        samples: `${perSession.length} cycles, against the relay before the first`,
      },
      {
        name: `The relay's memory after ${later.length} more cycles have ended`,
        measured: megabytes(end),
        compared: `after the first cycle: ${megabytes(warm)}`,
        ratio: end / warm,
        goal: `≤ ${GOAL_LEFT_RATIO} ×`,
        met: end / warm <= GOAL_LEFT_RATIO,
        samples: `${later.length} cycles of ${SESSIONS} sessions`,
      },
    ],
    samples,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;
}

async function openSessions(relay: BenchRelay, programs: readonly WorkerProgram[]): Promise<void> {
  let toOpen = SESSIONS;
  const fill = async (program: WorkerProgram) => {
    while (toOpen > 0) {
      const count = Math.min(BATCH, toOpen);
      toOpen -= count;
      const sessions = await Promise.all(
        Array.from({ length: count }, async () => {
          const sessionId = randomUUID();
          return {
            operator: await relay.assign(sessionId, "operator"),
            customer: await relay.assign(sessionId, "customer"),
          };
        }),
      );
      await program.ask({ do: "open", origin: relay.pageUrl, sessions } satisfies IdleSessionsCommand);
    }
  };
  await Promise.all(programs.map(fill));
}

/** Looks until the memory moves no more, or for as long as that takes at most. @returns the last look, in bytes */
async function settledMemory(pid: number): ReturnType<typeof memoryBytesOf> {
  const deadlineMs = performance.now() + SETTLE_TIMEOUT_MS;
  let last = await memoryBytesOf(pid);
  let isSettled = false;
  while (!isSettled && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
    const now = await memoryBytesOf(pid);
    isSettled = Math.abs(now.all - last.all) <= last.all * SETTLED_SHARE;
    last = now;
  }
  return last;
}
