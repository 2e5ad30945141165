import { readFile } from "node:fs/promises";
import type { PeerMedia } from "../rooms/peer-media";
import type { MediaWorker } from "../workers/media-worker";
import type { RelayMetrics } from "./metrics";

const ROUND_INTERVAL_MS = 1_000;
/** No peer is looked at more often: as often as Prometheus usually asks. */
const PEER_INTERVAL_MS = 15_000;
/**
 * Peers of one round: each costs three or four questions to a worker, of some 0.05 ms of this process each. With more peers than
 * this number times the seconds of their interval, each is looked at less often, and the cost stays the same.
 */
const MAX_PEERS_A_ROUND = 60;
/** A worker that does not answer holds up nothing for longer. */
const ANSWER_TIMEOUT_MS = 2_000;

interface MediaSamplerOptions {
  metrics: RelayMetrics;
  readMedia: () => readonly PeerMedia[];
  readWorkers: () => readonly MediaWorker[];
  limits?: { peerIntervalMs: number; roundIntervalMs: number; maxPeersARound: number };
}

/** Looks at peers and workers in turn, so that what it costs does not grow with the number of sessions. */
export class MediaSampler {
  readonly #options: MediaSamplerOptions;
  readonly #limits: NonNullable<MediaSamplerOptions["limits"]>;
  readonly #timer: NodeJS.Timeout;
  /** When a peer was last looked at; of `performance.now()`. */
  readonly #sampledAtMs = new WeakMap<PeerMedia, number>();
  #usageReadAtMs = Number.NEGATIVE_INFINITY;
  #isBusy = false;

  constructor(options: MediaSamplerOptions) {
    this.#options = options;
    this.#limits = options.limits ?? {
      peerIntervalMs: PEER_INTERVAL_MS,
      roundIntervalMs: ROUND_INTERVAL_MS,
      maxPeersARound: MAX_PEERS_A_ROUND,
    };
    this.#timer = setInterval(() => void this.#round(), this.#limits.roundIntervalMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Never rejects. A round that is still under way is not overtaken. */
  async #round(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const startedAtMs = performance.now();
    const peers = this.#due(startedAtMs);
    const workers = this.#workersDue(startedAtMs);
    // Whoever left meanwhile, or whose worker died, cannot be asked any more: nothing is missing then.
    const answers = Promise.allSettled([
      ...peers.map((media) => this.#samplePeer(media)),
      ...workers.map((worker) => this.#readUsage(worker)),
    ]);
    await withTimeout(answers, ANSWER_TIMEOUT_MS);
    if (peers.length > 0) {
      this.#options.metrics.sampleSeconds.observe((performance.now() - startedAtMs) / 1000);
    }
    this.#isBusy = false;
  }

  /** Those whose last look is longest ago, and long enough. */
  #due(nowMs: number): PeerMedia[] {
    const lastMs = (media: PeerMedia) => this.#sampledAtMs.get(media) ?? Number.NEGATIVE_INFINITY;
    const due = this.#options
      .readMedia()
      .filter((media) => nowMs - lastMs(media) >= this.#limits.peerIntervalMs)
      .sort((a, b) => Math.sign(lastMs(a) - lastMs(b)) || 0)
      .slice(0, this.#limits.maxPeersARound);
    for (const media of due) this.#sampledAtMs.set(media, nowMs);
    return due;
  }

  #workersDue(nowMs: number): readonly MediaWorker[] {
    if (nowMs - this.#usageReadAtMs < this.#limits.peerIntervalMs) return [];
    this.#usageReadAtMs = nowMs;
    return this.#options.readWorkers();
  }

  async #samplePeer(media: PeerMedia): Promise<void> {
    for (const sample of await media.sample()) this.#options.metrics.sampled(sample);
  }

  async #readUsage(worker: MediaWorker): Promise<void> {
    const [cpuSeconds, residentBytes] = await Promise.all([
      worker.measureCpuSeconds(),
      readResidentBytes(worker.pid),
    ]);
    this.#options.metrics.workerUsed(worker.index, { cpuSeconds, residentBytes });
  }
}

/** As proc(5) tells it; null on systems that have no such file. */
async function readResidentBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

async function withTimeout(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    }),
  ]);
  clearTimeout(timer);
}
