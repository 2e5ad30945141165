import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataConsumer, DirectTransport, Router, WebRtcTransport } from "mediasoup/types";
import { AppError } from "@/lib/app-error";
import {
  CHECK_MAX_PATHS,
  CHECK_MESSAGE_BYTES,
  type CheckInput,
  type CheckOutput,
  type MediaAddress,
} from "@/protocol/connectivity-check";
import type { MediaConfig } from "../config";
import type { PublicCandidates } from "../front/public-candidates";
import { refusedByMediasoup } from "../rooms/mediasoup-refusal";
import type { MediaWorker } from "../workers/media-worker";

const SCTP_STREAMS = { OS: 16, MIS: 16 };
/** What may wait in the worker for a browser that reads slowly. */
const SCTP_SEND_BUFFER_BYTES = 1_048_576;
/** How soon a message that found the buffer full is tried again, and for how long. */
const SEND_RETRY_MS = 10;
const SEND_TIMEOUT_MS = 5_000;

interface Path {
  readonly sendTransport: WebRtcTransport;
  readonly recvTransport: WebRtcTransport;
  echoProducerId: string | undefined;
  wayBack: DataConsumer | undefined;
}

interface CheckRoomOptions {
  worker: MediaWorker;
  candidates: PublicCandidates;
  media: MediaConfig;
  /** What may come in, and what may go out. */
  budgetBytes: number;
  /** The budget is used up. */
  onExhausted: () => void;
  onWorkerDied: () => void;
}

/**
 * What one check has on this relay: a router, a pair of transports for each way that is tried, and the count of what
 * passed. All bytes that come in pass a consumer of the relay's own too, so that the count is exact and the budget strict.
 */
export class CheckRoom {
  readonly #options: CheckRoomOptions;
  readonly #router: Router;
  readonly #counting: DirectTransport;
  readonly #paths = new Map<string, Path>();
  #receivedBytes = 0;
  #sentBytes = 0;
  #isExhausted = false;
  #lastDownload: Promise<void> = Promise.resolve();

  private constructor(options: CheckRoomOptions, router: Router, counting: DirectTransport) {
    this.#options = options;
    this.#router = router;
    this.#counting = counting;
    router.once("workerclose", options.onWorkerDied);
  }

  static async create(options: CheckRoomOptions): Promise<CheckRoom> {
    const router = await options.worker.openRouter();
    try {
      const counting = await router.createDirectTransport({ maxMessageSize: CHECK_MESSAGE_BYTES });
      return new CheckRoom(options, router, counting);
    } catch (error) {
      router.close();
      throw error;
    }
  }

  get rtpCapabilities(): Router["rtpCapabilities"] {
    return this.#router.rtpCapabilities;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** @throws AppError MESSAGE_TOO_OFTEN when it has as many as a check needs */
  async openPath(): Promise<CheckOutput<"openPath">> {
    if (this.#paths.size >= CHECK_MAX_PATHS) throw new AppError("MESSAGE_TOO_OFTEN");
    const pathId = randomUUID();
    const [sendTransport, recvTransport] = await Promise.all([
      this.#createTransport(),
      this.#createTransport(),
    ]);
    this.#paths.set(pathId, { sendTransport, recvTransport, echoProducerId: undefined, wayBack: undefined });
    return {
      pathId,
      sendTransport: this.#optionsOf(sendTransport),
      recvTransport: this.#optionsOf(recvTransport),
      addresses: this.#addressesLike(sendTransport.iceCandidates),
    };
  }

  async connectTransport({ transportId, dtlsParameters }: CheckInput<"connectTransport">): Promise<void> {
    const transports = [...this.#paths.values()].flatMap((path) => [path.sendTransport, path.recvTransport]);
    const transport = transports.find(({ id }) => id === transportId);
    if (transport === undefined) throw new AppError("NOT_FOUND");
    await refusedByMediasoup(() => transport.connect({ dtlsParameters }));
  }

  async produceData({
    pathId,
    label,
    sctpStreamParameters,
  }: CheckInput<"produceData">): Promise<CheckOutput<"produceData">> {
    const path = this.#path(pathId);
    const producer = await refusedByMediasoup(() =>
      path.sendTransport.produceData({ label, sctpStreamParameters }),
    );
    if (label === "echo") path.echoProducerId = producer.id;
    const counter = await this.#counting.consumeData({ dataProducerId: producer.id });
    counter.on("message", (message) => {
      this.#receivedBytes += message.byteLength;
      if (label === "echo") this.#sentBytes += message.byteLength;
      this.#checkBudget();
    });
    return { dataProducerId: producer.id };
  }

  async consumeData({ pathId }: CheckInput<"consumeData">): Promise<CheckOutput<"consumeData">> {
    const path = this.#path(pathId);
    const { echoProducerId } = path;
    if (echoProducerId === undefined || path.wayBack !== undefined) throw new AppError("BAD_REQUEST");
    const wayBack = await refusedByMediasoup(() =>
      path.recvTransport.consumeData({ dataProducerId: echoProducerId }),
    );
    path.wayBack = wayBack;
    const { sctpStreamParameters } = wayBack;
    if (sctpStreamParameters === undefined) throw new AppError("INTERNAL");
    return { dataConsumerId: wayBack.id, dataProducerId: echoProducerId, sctpStreamParameters };
  }

  /**
   * Sends zeros.
   *
   * @throws AppError BAD_REQUEST before the way back is open or when the browser does not read, TOO_LARGE when the budget is
   *   used up
   */
  async download({ pathId, bytes }: CheckInput<"download">): Promise<void> {
    const { wayBack } = this.#path(pathId);
    if (wayBack === undefined) throw new AppError("BAD_REQUEST");
    this.#sentBytes += bytes;
    if (this.#checkBudget()) throw new AppError("TOO_LARGE");
    // One after the other, so that what waits here is a few numbers and no messages.
    const sent = this.#lastDownload.then(() => sendZeros(wayBack, bytes));
    this.#lastDownload = sent.catch(() => {});
    await refusedByMediasoup(() => sent);
  }

  close(): void {
    // One by one: a transport that goes with its router stays in the book of mediasoup's WebRtcServer for good.
    for (const { sendTransport, recvTransport } of this.#paths.values()) {
      sendTransport.close();
      recvTransport.close();
    }
    this.#router.close();
  }

  /** @returns whether the budget is used up */
  #checkBudget(): boolean {
    if (Math.max(this.#receivedBytes, this.#sentBytes) <= this.#options.budgetBytes) return false;
    if (!this.#isExhausted) {
      this.#isExhausted = true;
      this.#options.onExhausted();
    }
    return true;
  }

  #path(pathId: string): Path {
    const path = this.#paths.get(pathId);
    if (path === undefined) throw new AppError("NOT_FOUND");
    return path;
  }

  /** Where all workers take media, told from where this one does: each has the port of its own number. */
  #addressesLike(own: WebRtcTransport["iceCandidates"]): MediaAddress[] {
    const { worker, media, candidates } = this.#options;
    const count = media.port === 0 ? 1 : media.workers;
    const all = Array.from({ length: count }, (_, index) =>
      own.map((candidate) => ({
        ...candidate,
        port: media.port === 0 ? candidate.port : candidate.port - worker.index + index,
      })),
    );
    const told = candidates
      .of(all.flat())
      .map(({ protocol, address, port }) => ({ protocol, address, port }));
    const byPlace = new Map(told.map((place) => [`${place.protocol} ${place.address} ${place.port}`, place]));
    return [...byPlace.values()];
  }

  #createTransport(): Promise<WebRtcTransport> {
    return this.#router.createWebRtcTransport({
      webRtcServer: this.#options.worker.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      enableSctp: true,
      numSctpStreams: SCTP_STREAMS,
      maxSctpMessageSize: CHECK_MESSAGE_BYTES,
      sctpSendBufferSize: SCTP_SEND_BUFFER_BYTES,
      // For the metrics, which tell transports apart by what they are for.
      appData: { use: "check" },
    });
  }

  #optionsOf(transport: WebRtcTransport): CheckOutput<"openPath">["sendTransport"] {
    const { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters } = transport;
    if (sctpParameters === undefined) throw new AppError("INTERNAL");
    const candidates = this.#options.candidates.of(iceCandidates);
    return { id, iceParameters, iceCandidates: candidates, dtlsParameters, sctpParameters };
  }
}

async function sendZeros(wayBack: DataConsumer, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= CHECK_MESSAGE_BYTES) {
    await sendWhenThereIsRoom(wayBack, Buffer.alloc(Math.min(left, CHECK_MESSAGE_BYTES)));
  }
}

/**
 * The worker drops what finds the SCTP send buffer full and says so. It tells of a buffer that empties only where messages of a
 * producer had filled it, not where these have; so the message is simply tried again.
 */
async function sendWhenThereIsRoom(wayBack: DataConsumer, message: Buffer): Promise<void> {
  const deadlineMs = performance.now() + SEND_TIMEOUT_MS;
  for (;;) {
    try {
      await wayBack.send(message);
      return;
    } catch (error) {
      const isFull = error instanceof Error && error.message.includes("sctpsendbufferfull");
      if (!isFull || performance.now() > deadlineMs) throw error;
      await sleep(SEND_RETRY_MS);
    }
  }
}
