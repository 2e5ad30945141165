import type { Device } from "mediasoup-client";
import type { DataConsumer, DataProducer, Transport } from "mediasoup-client/types";
import { AppError } from "@/lib/app-error";
import {
  CHECK_DOWNLOAD_STEP_BYTES,
  CHECK_MESSAGE_BYTES,
  type MediaAddress,
} from "@/protocol/connectivity-check";
import type { IceServer } from "@/protocol/join-token";
import { bestBitrate, type Sample } from "./best-bitrate";
import type { CheckSocket } from "./check-socket";

/** A way that is not open by then is no way: no session would wait longer. */
const OPEN_TIMEOUT_MS = 8_000;
/** What is sent until it comes back for the first time, and how often. */
const KNOCK = "knock";
const KNOCK_INTERVAL_MS = 100;
const PINGS = 7;
const PING_TIMEOUT_MS = 3_000;
/** A measurement of the line takes this long, or this many bytes, whichever is over first. */
const MEASURE_MS = 3_000;
const MEASURE_BYTES = 6_000_000;
const SAMPLE_INTERVAL_MS = 200;
/** Enough to keep a fast line busy between two looks, little enough not to fill a slow one for seconds. */
const UPLOAD_BUFFER_BYTES = 524_288;
const DOWNLOAD_STEPS_AHEAD = 4;

/** Which way packets may take, by what the browser is told of the relay. */
export type PathKind = "udp" | "tcp" | "turn";

/** One way to the relay and back: a pair of transports as a session has them, with a channel whose echo comes back. */
export class CheckPath {
  /** Where a session's media may go to on this relay. */
  readonly addresses: readonly MediaAddress[];
  readonly #socket: CheckSocket;
  readonly #pathId: string;
  readonly #send: Transport;
  readonly #receive: Transport;
  #echo: DataProducer | undefined;
  #onMessage: (message: unknown) => void = () => {};

  private constructor(
    socket: CheckSocket,
    pathId: string,
    addresses: readonly MediaAddress[],
    send: Transport,
    receive: Transport,
  ) {
    this.#socket = socket;
    this.#pathId = pathId;
    this.addresses = addresses;
    this.#send = send;
    this.#receive = receive;
  }

  /**
   * Asks the relay for the transports; packets flow only with {@link open}.
   *
   * @param iceServers for `turn` alone
   */
  static async prepare(
    socket: CheckSocket,
    device: Device,
    kind: PathKind,
    iceServers: readonly IceServer[],
  ): Promise<CheckPath> {
    const { pathId, addresses, ...transports } = await socket.request("openPath", {});
    const protocol = kind === "tcp" ? "tcp" : "udp";
    const forced = ({ iceCandidates, ...rest }: typeof transports.sendTransport) => ({
      ...rest,
      // The relay's candidates of one protocol only: the browser has no other way to go. A TURN server reaches it over UDP.
      iceCandidates: iceCandidates.filter((candidate) => candidate.protocol === protocol),
      ...(kind === "turn" && { iceServers: [...iceServers], iceTransportPolicy: "relay" as const }),
    });
    const send = device.createSendTransport(forced(transports.sendTransport));
    const receive = device.createRecvTransport(forced(transports.recvTransport));
    const path = new CheckPath(socket, pathId, addresses, send, receive);
    path.#wire(send);
    path.#wire(receive);
    return path;
  }

  /**
   * Opens the way and measures how long it is.
   *
   * @returns the median time of a message there and back, in milliseconds
   * @throws AppError UNAVAILABLE when it does not open in time
   */
  async open(): Promise<number> {
    const timer = setTimeout(() => this.close(), OPEN_TIMEOUT_MS);
    try {
      const echo = await this.#send.produceData({ label: "echo", ordered: true });
      this.#echo = echo;
      const offer = await this.#socket.request("consumeData", { pathId: this.#pathId });
      const wayBack = await this.#receive.consumeData({
        id: offer.dataConsumerId,
        dataProducerId: offer.dataProducerId,
        sctpStreamParameters: offer.sctpStreamParameters,
        label: "echo",
      });
      wayBack.on("message", (message: unknown) => this.#onMessage(message));
      await Promise.all([opened(echo), opened(wayBack)]);
      await this.#knock(echo);
    } catch (error) {
      throw error instanceof AppError ? error : new AppError("UNAVAILABLE", { cause: error });
    } finally {
      clearTimeout(timer);
    }
    const times: number[] = [];
    for (let index = 0; index < PINGS; index += 1) times.push(await this.#ping(String(index)));
    return times.sort((a, b) => a - b)[Math.floor(PINGS / 2)] ?? 0;
  }

  /** @returns bits per second to the relay, 0 when nothing arrived */
  async measureUpload(): Promise<number> {
    const channel = await this.#send.produceData({ label: "upload", ordered: true });
    await opened(channel);
    const message = new Uint8Array(CHECK_MESSAGE_BYTES);
    const startedAtMs = performance.now();
    const samples: Sample[] = [];
    let sent = 0;
    let nextSampleMs = startedAtMs;
    for (;;) {
      while (sent < MEASURE_BYTES && channel.bufferedAmount < UPLOAD_BUFFER_BYTES) {
        channel.send(message);
        sent += message.byteLength;
      }
      if (performance.now() >= nextSampleMs) {
        nextSampleMs = performance.now() + SAMPLE_INTERVAL_MS;
        const { bytes } = await this.#socket.request("received", {});
        samples.push({ atMs: performance.now(), bytes });
        const first = samples[0]?.bytes ?? 0;
        if (bytes - first >= MEASURE_BYTES || performance.now() - startedAtMs > MEASURE_MS) break;
      }
      await nextTurn();
    }
    channel.close();
    return bestBitrate(samples);
  }

  /** @returns bits per second from the relay, 0 when nothing arrived */
  async measureDownload(): Promise<number> {
    const startedAtMs = performance.now();
    const samples: Sample[] = [{ atMs: startedAtMs, bytes: 0 }];
    let asked = 0;
    let received = 0;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, MEASURE_MS);
      const ask = () => {
        while (asked < MEASURE_BYTES && asked - received < DOWNLOAD_STEPS_AHEAD * CHECK_DOWNLOAD_STEP_BYTES) {
          asked += CHECK_DOWNLOAD_STEP_BYTES;
          const step = { pathId: this.#pathId, bytes: CHECK_DOWNLOAD_STEP_BYTES };
          this.#socket.request("download", step).catch(reject);
        }
      };
      this.#onMessage = (message) => {
        if (!(message instanceof ArrayBuffer)) return;
        received += message.byteLength;
        samples.push({ atMs: performance.now(), bytes: received });
        if (received < MEASURE_BYTES) {
          ask();
          return;
        }
        clearTimeout(timer);
        resolve();
      };
      ask();
    });
    return bestBitrate(samples);
  }

  close(): void {
    this.#send.close();
    this.#receive.close();
  }

  #wire(transport: Transport): void {
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      this.#socket
        .request("connectTransport", { transportId: transport.id, dtlsParameters })
        .then(() => done(), failed);
    });
    transport.on("producedata", ({ sctpStreamParameters, label }, done, failed) => {
      const { streamId, ordered } = sctpStreamParameters;
      if (streamId === undefined) {
        failed(new TypeError("A channel without a stream"));
        return;
      }
      const known = label === "upload" ? "upload" : "echo";
      this.#socket
        .request("produceData", {
          pathId: this.#pathId,
          label: known,
          sctpStreamParameters: { streamId, ordered },
        })
        .then(({ dataProducerId }) => done({ id: dataProducerId }), failed);
    });
  }

  /**
   * Waits until something comes back. The way back can be open in the browser a moment before it is in the relay, which drops what
   * finds it shut: a single message, sent that early, would be missed for good on a way that is open.
   */
  async #knock(echo: DataProducer): Promise<void> {
    let timer: ReturnType<typeof setInterval> | undefined;
    await new Promise<void>((resolve, reject) => {
      this.#onMessage = (message) => {
        if (message === KNOCK) resolve();
      };
      echo.once("transportclose", () => reject(new AppError("UNAVAILABLE")));
      timer = setInterval(() => echo.send(KNOCK), KNOCK_INTERVAL_MS);
      echo.send(KNOCK);
    }).finally(() => clearInterval(timer));
  }

  async #ping(text: string): Promise<number> {
    const startedAtMs = performance.now();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new AppError("UNAVAILABLE")), PING_TIMEOUT_MS);
      this.#onMessage = (message) => {
        if (message !== text) return;
        clearTimeout(timer);
        resolve();
      };
      this.#echo?.send(text);
    });
    return performance.now() - startedAtMs;
  }
}

/** Resolves when the channel is open. @throws AppError UNAVAILABLE when it, or its transport, closes instead */
async function opened(channel: DataProducer | DataConsumer): Promise<void> {
  if (channel.readyState === "open") return;
  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new AppError("UNAVAILABLE"));
    if (channel.closed) fail();
    // The two emitters have the same events, but no type in common that a listener could be put on.
    const events: { once(event: "open" | "close" | "transportclose", listener: () => void): unknown } =
      channel;
    events.once("open", resolve);
    events.once("close", fail);
    events.once("transportclose", fail);
  });
}

/** Lets the browser send what is waiting; a timer of zero would be stretched to one of four milliseconds. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
