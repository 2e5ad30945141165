import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { z } from "zod";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { isQuick, unlessQuick } from "../quick";
import type { BenchResult, BenchValue } from "../report";
import { median } from "../statistics";
import type { Ticket } from "./forwarded-session";
import { startJanus } from "./janus-server";
import { LATENCY_STEP_MS, type LoadCommand, type Played, playedSchema } from "./load-protocol";
import { cpuSecondsOf } from "./process-tree";
import { rateOf, readScreenTraffic } from "./screen-traffic";
import { WorkerProgram } from "./worker-program";

const ROUNDS = unlessQuick(5, 1);
/** One round of one server; no shorter than the recording, so that all play the same. */
const PLAY_MS = unlessQuick(12_000, 3_000);
const WARM_UP_MS = unlessQuick(4_000, 1_000);
/** Sessions are taken away until all servers carry them within the limits. */
const SESSION_STEPS = isQuick ? [4, 2] : [48, 32, 24, 16, 8, 4];
const PROGRAMS = 2;
const MAX_LOSS = 0.01;
const MAX_P99_MS = 20;
/** In the warm-up: a measurement that is a little worse is still within the limit. */
const WARM_UP_P99_MS = 18;
const goals = { mediasoup: 0.95, janus: 1 } as const;
const names = { relay: "Madoguchi's relay", mediasoup: "bare mediasoup", janus: "Janus" } as const;

type Kind = Ticket["server"];
interface Server {
  readonly kind: Kind;
  readonly pid: number;
  readonly ticket: (index: number) => Promise<Ticket>;
  readonly close: () => Promise<void> | void;
}
interface Measured {
  readonly kind: Kind;
  readonly round: number;
  /** Sessions that one core would carry at this price. */
  readonly perCore: number;
  readonly loss: number;
  readonly p99Ms: number;
}

/**
 * How many sessions a core carries: recorded screen traffic (screen-traffic.ts), encrypted in and out, through the relay, through
 * mediasoup alone and through Janus, one after the other in every round, with as many sessions as the machine carries within
 * 1 % loss and a p99 of 20 ms from sender to receiver. What counts is the processor time of the server's processes for a
 * session; the processes that play the traffic cost more than that and are not counted. Without Janus its row is left out.
 *
 * A quick run has one short round of a few sessions.
 */
export async function measureSessionsPerCore(
  workerBin: string,
  say: (line: string) => void,
): Promise<BenchResult> {
  const servers = await startServers(workerBin, say);
  const programs = Array.from({ length: PROGRAMS }, () => WorkerProgram.start("e2e/bench/relay/load.ts"));
  const measured: Measured[] = [];
  let sessions = 0;
  try {
    await connectAll(servers, programs);
    sessions = await carriedSessions(servers, programs, say);
    for (let round = 0; round < ROUNDS; round += 1) {
      const order = round % 2 === 0 ? servers : [...servers].reverse();
      for (const server of order) {
        const one = { ...(await play(server, programs, sessions, PLAY_MS)), round };
        measured.push(one);
        say(`  round ${round + 1}/${ROUNDS} ${inWords(one)}`);
      }
    }
  } finally {
    for (const program of programs) program.stop();
    for (const { close } of servers) await close();
  }
  return summarise(measured, sessions);
}

function summarise(measured: readonly Measured[], sessions: number): BenchResult {
  const of = (kind: Kind) => measured.filter((one) => one.kind === kind);
  const typical = (kind: Kind) => median(of(kind).map(({ perCore }) => perCore));
  const within = (kind: Kind) =>
    Math.max(...of(kind).map(({ loss }) => loss)) <= MAX_LOSS &&
    median(of(kind).map(({ p99Ms }) => p99Ms)) <= MAX_P99_MS;
  const told = (kind: Kind) =>
    `${typical(kind).toFixed(0)} (p99 ${median(of(kind).map(({ p99Ms }) => p99Ms)).toFixed(1)} ms, loss ${(100 * Math.max(...of(kind).map(({ loss }) => loss))).toFixed(2)} %)`;
  const { bps, packetsPerSecond } = rateOf(readScreenTraffic());
  const rows = (["mediasoup", "janus"] as const)
    .filter((kind) => of(kind).length > 0)
    .map((kind) => {
      // Round by round, since what else the machine does changes from one to the next.
      const ratio = median(
        of("relay").map(
          ({ round, perCore }) =>
            perCore / (of(kind).find((one) => one.round === round)?.perCore ?? Number.NaN),
        ),
      );
      return {
        name: `Sessions a core, screen traffic of ${(bps / 1e6).toFixed(1)} Mbit/s and ${packetsPerSecond.toFixed(0)} packets/s`,
        measured: told("relay"),
        compared: `${names[kind]}: ${told(kind)}${within(kind) ? "" : ", beyond the limits"}`,
        ratio,
        goal: `≥ ${goals[kind]} ×, with ≤ ${100 * MAX_LOSS} % loss and p99 ≤ ${MAX_P99_MS} ms`,
        // A server beyond the limits would carry fewer within them: the ratio is then a lower bound of what the goal asks for.
        met: ratio >= goals[kind] && within("relay"),
        samples: `${ROUNDS} rounds × ${PLAY_MS / 1_000} s, ${sessions} sessions each`,
      };
    });
  const samples: BenchValue[] = measured.map(({ kind, round, perCore }) => ({
    series: names[kind],
    round,
    value: perCore,
  }));
  return {
    id: "sessions-per-core",
    title: "Sessions that one core carries",
    unit: "sessions",
    rows,
    samples,
  };
}

async function startServers(workerBin: string, say: (line: string) => void): Promise<Server[]> {
  const relay = await startBenchRelay(workerBin);
  const bare = fork("e2e/bench/relay/bare-mediasoup.mjs", {
    env: { ...process.env, MEDIASOUP_WORKER_BIN: workerBin },
  });
  const [message] = await once(bare, "message");
  const url = `http://127.0.0.1:${z.object({ port: z.int() }).parse(message).port}`;
  const janus = await startJanus();
  if (janus === null) say("  Janus is not installed; its row is left out.");
  return [
    { kind: "relay", pid: relay.pid, ticket: () => relayTicket(relay), close: relay.close },
    {
      kind: "mediasoup",
      pid: bare.pid ?? 0,
      ticket: async () => ({ server: "mediasoup", url }),
      close: () => void bare.kill(),
    },
    ...(janus === null
      ? []
      : [
          {
            kind: "janus" as const,
            pid: janus.pid,
            ticket: async (index: number) => ({ server: "janus" as const, url: janus.url, room: index + 1 }),
            close: janus.close,
          },
        ]),
  ];
}

async function relayTicket(relay: BenchRelay): Promise<Ticket> {
  const sessionId = randomUUID();
  return {
    server: "relay",
    origin: relay.pageUrl,
    operator: await relay.assign(sessionId, "operator"),
    customer: await relay.assign(sessionId, "customer"),
  };
}

/** All sessions at all servers, before anything is measured: those that nothing is played through cost next to nothing. */
async function connectAll(servers: readonly Server[], programs: readonly WorkerProgram[]): Promise<void> {
  const sessions = SESSION_STEPS[0] ?? 0;
  await Promise.all(
    programs.map(async (program, at) => {
      for (let index = at; index < sessions; index += programs.length) {
        const tickets = await Promise.all(servers.map(({ ticket }) => ticket(index)));
        await program.ask({ do: "connect", tickets } satisfies LoadCommand);
      }
    }),
  );
}

/** The most sessions of {@link SESSION_STEPS} that every server carries within the limits; else the fewest. */
async function carriedSessions(
  servers: readonly Server[],
  programs: readonly WorkerProgram[],
  say: (line: string) => void,
): Promise<number> {
  for (const sessions of SESSION_STEPS) {
    let isWithin = true;
    for (const server of servers) {
      const one = await play(server, programs, sessions, WARM_UP_MS);
      say(`  warm-up with ${sessions} sessions, ${inWords(one)}`);
      isWithin &&= one.loss <= MAX_LOSS && one.p99Ms <= WARM_UP_P99_MS;
    }
    if (isWithin) return sessions;
  }
  return SESSION_STEPS.at(-1) ?? 0;
}

/** @throws Error when the server forwards nothing */
async function play(
  server: Server,
  programs: readonly WorkerProgram[],
  sessions: number,
  ms: number,
): Promise<Omit<Measured, "round">> {
  const command: LoadCommand = { do: "play", server: server.kind, sessions: sessions / programs.length, ms };
  const before = await cpuSecondsOf(server.pid);
  const startedAt = performance.now();
  const answers = await Promise.all(programs.map((program) => program.ask(command)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpuSeconds = (await cpuSecondsOf(server.pid)) - before;
  const all = answers.map((answer) => playedSchema.parse(answer));
  const sum = (count: (one: Played) => number) => all.reduce((total, one) => total + count(one), 0);
  const [sent, received] = [sum((one) => one.sent), sum((one) => one.received)];
  if (received === 0) throw new Error(`Nothing of ${sent} packets came through ${names[server.kind]}.`);
  return {
    kind: server.kind,
    perCore: sessions / (cpuSeconds / seconds),
    loss: 1 - received / sent,
    p99Ms: percentileOfSteps(
      all.map(({ latencies }) => latencies),
      0.99,
    ),
  };
}

/** The upper end of the step in which the given share of all counts is reached. */
function percentileOfSteps(histograms: readonly (readonly number[])[], share: number): number {
  const length = Math.max(...histograms.map((counts) => counts.length));
  const counts = Array.from({ length }, (_, step) =>
    histograms.reduce((sum, histogram) => sum + (histogram[step] ?? 0), 0),
  );
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  let reached = 0;
  const step = counts.findIndex((count) => {
    reached += count;
    return reached >= wanted;
  });
  return (step + 1) * LATENCY_STEP_MS;
}

function inWords({ kind, perCore, loss, p99Ms }: Omit<Measured, "round">): string {
  return `${names[kind]}: ${perCore.toFixed(1)} sessions a core, p99 ${p99Ms.toFixed(2)} ms, loss ${(100 * loss).toFixed(3)} %`;
}
