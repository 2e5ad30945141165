import type { BenchResult, BenchRow, BenchTable } from "../report";
import { median, percentile } from "../statistics";
import type { Content, Path } from "./stage";

const GOAL_RATIO = 0.6;
const TITLE = "Change on the whole screen to the operator's pixel, beside noVNC on TigerVNC";
/** Work, as opposed to a screen on which nothing else moves. */
const isWork = (content: Content) => content !== "still";

/** Members of W3C webrtc-stats, as they stood at one moment. */
interface Counters {
  readonly atMs: number;
  readonly sent: Readonly<Record<string, number | string>>;
  readonly received: Readonly<Record<string, number | string>>;
}

/** What came of one content in one round on one path; times in ms. */
export interface Observation {
  readonly round: number;
  readonly path: Path;
  readonly content: Content;
  /** From the request to paint the marker until the watching page shows it. */
  readonly latencies: readonly number[];
  /** Of that, until the X server had painted it: while it does other work, such as VNC's, programs wait. */
  readonly serverWaits: readonly number[];
  /** Of that, until the frame that showed it had arrived at the watching browser; empty for noVNC. */
  readonly arrivals: readonly number[];
  readonly before: Counters;
  readonly after: Counters;
}

interface Setting {
  readonly contents: readonly Content[];
  readonly screen: { readonly width: number; readonly height: number };
  /** Between the two, in words; null for the machine's own. */
  readonly line: string | null;
  readonly samples: string;
}

/**
 * The row that the goal is about is the median, over the contents that are work, of relay over noVNC; the still screen is told
 * beside it. A content's value is the median of its rounds' medians.
 */
export function summarise(observations: readonly Observation[], setting: Setting): BenchResult {
  const { contents, line } = setting;
  const where = line === null ? "" : `, over ${line}`;
  const of = (path: Path, content: Content) =>
    observations.filter((one) => one.path === path && one.content === content);
  const typical = (path: Path, content: Content) =>
    median(of(path, content).map(({ latencies }) => median(latencies)));
  const ratio = (content: Content) => typical("relay", content) / typical("noVNC", content);
  const inWords = (path: Path, content: Content) => {
    const p95 = percentile(
      of(path, content).flatMap(({ latencies }) => latencies),
      0.95,
    );
    return `${typical(path, content).toFixed(0)} ms (p95 ${p95.toFixed(0)})`;
  };
  const work = contents.filter(isWork);
  const medianOf = (path: Path) => median(work.map((content) => typical(path, content)));
  const row = (name: string, measured: string, compared: string, value: number): BenchRow => ({
    name,
    measured,
    compared: `noVNC on TigerVNC: ${compared}`,
    ratio: value,
    goal: `≤ ${GOAL_RATIO.toFixed(2)} ×`,
    met: value <= GOAL_RATIO,
    samples: setting.samples,
  });
  return {
    id: line === null ? "latency-novnc" : "latency-novnc-line",
    title: `${TITLE}${where}`,
    rows: [
      row(
        `Change on the whole screen → pixel at the operator${where}, median of ${work.join(", ")}`,
        `${medianOf("relay").toFixed(0)} ms`,
        `${medianOf("noVNC").toFixed(0)} ms; ratio: median of theirs`,
        median(work.map(ratio)),
      ),
      ...contents.map((content) =>
        row(
          `… of it, ${content}${where}`,
          inWords("relay", content),
          inWords("noVNC", content),
          ratio(content),
        ),
      ),
    ],
    samples: observations.flatMap(({ path, content, round, latencies }) =>
      latencies.map((ms) => ({ series: `${content}, ${path}`, round, ms })),
    ),
    tables: [whereItGoes(observations, setting)],
  };
}

/** Medians of the rounds, in ms. */
function whereItGoes(observations: readonly Observation[], { contents, screen, line }: Setting): BenchTable {
  const text = `The screen has ${screen.width} × ${screen.height} pixels; both paths show the same X server's. "Painted": from a program's request until the X server has carried it out. "Arrived": until the last packet of the frame with the change is at the operator's browser, that is captured, encoded, sent and forwarded; "shown": from then on. Encoding, time in the sender's pacer, jitter buffer and decoding are means of all frames (W3C webrtc-stats). In ms.`;
  const head = [
    ...["Content", "noVNC painted", "relay painted", "arrived", "shown", "encode", "pacer", "jitter buffer"],
    ...["decode", "frames/s sent", "frames/s shown", "Mbit/s", "picture"],
  ];
  const rows = contents.map((content) => {
    const relay = observations.filter((one) => one.path === "relay" && one.content === content);
    const noVnc = observations.filter((one) => one.path === "noVNC" && one.content === content);
    const shown = relay.flatMap(({ latencies, arrivals }) =>
      arrivals.length === latencies.length ? latencies.map((ms, at) => ms - (arrivals[at] ?? 0)) : [],
    );
    const ms = (values: readonly number[]) => (values.length === 0 ? "–" : median(values).toFixed(1));
    const mean = (total: Counter, count: Counter) =>
      ms(relay.map((one) => (grown(one, total) / Math.max(1, grown(one, count))) * 1000));
    const perSecond = (counter: Counter) =>
      median(relay.map((one) => (grown(one, counter) / (one.after.atMs - one.before.atMs)) * 1000));
    const last = relay.at(-1)?.after.received ?? {};
    return [
      content,
      ms(noVnc.flatMap(({ serverWaits }) => serverWaits)),
      ms(relay.flatMap(({ serverWaits }) => serverWaits)),
      ms(relay.flatMap(({ arrivals }) => arrivals)),
      ms(shown),
      mean("sent.totalEncodeTime", "sent.framesEncoded"),
      mean("sent.totalPacketSendDelay", "sent.packetsSent"),
      mean("received.jitterBufferDelay", "received.jitterBufferEmittedCount"),
      mean("received.totalDecodeTime", "received.framesDecoded"),
      perSecond("sent.framesEncoded").toFixed(1),
      perSecond("received.framesDecoded").toFixed(1),
      ((perSecond("sent.bytesSent") * 8) / 1e6).toFixed(2),
      `${last.frameWidth ?? "?"} × ${last.frameHeight ?? "?"}`,
    ];
  });
  return {
    title: `Latency beside noVNC${line === null ? "" : `, over ${line}`}: where our time goes`,
    text,
    head,
    rows,
  };
}

type Counter = `sent.${string}` | `received.${string}`;

/** By how much a counter grew during an observation. */
function grown({ before, after }: Observation, counter: Counter): number {
  const [side, name = ""] = counter.split(".");
  const of = (counters: Counters) => Number((side === "sent" ? counters.sent : counters.received)[name] ?? 0);
  return of(after) - of(before);
}
