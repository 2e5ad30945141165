import type { DirectTransport, Router, WebRtcServer, WebRtcTransport } from "mediasoup/types";
import { AppError } from "@/lib/app-error";
import { longestMessageBytes } from "@/protocol/data-channels";
import type { JoinRole } from "@/protocol/roles";
import type { MediaConfig } from "../config";
import { refusedByMediasoup } from "./mediasoup-refusal";

/**
 * SCTP streams a side may use each way; mediasoup-client counts its stream ids up to this number. A side has a handful of channels;
 * each further stream costs the worker memory, whether or not anybody uses it.
 */
const SCTP_STREAMS = 128;
/**
 * What may wait in the worker for one receiver of bulk data: a window (bulk-frames.ts) and what SCTP adds for itself. Whoever
 * sends more than was granted loses it here, and gets no more of the relay's memory.
 */
const BULK_SEND_BUFFER_BYTES = 1_048_576;

/** Told by the metrics, as the transport's `appData`. */
interface Use extends Record<string, unknown> {
  use: "session" | "bulk";
}

interface SctpLimits {
  maxSctpMessageSize: number;
  sctpSendBufferSize?: number;
}

/** Makes the transports of a room's peers. */
export class RoomTransports {
  readonly #router: Router;
  readonly #webRtcServer: WebRtcServer;
  readonly #media: MediaConfig;

  constructor(router: Router, webRtcServer: WebRtcServer, media: MediaConfig) {
    this.#router = router;
    this.#webRtcServer = webRtcServer;
    this.#media = media;
  }

  /**
   * What a joining peer gets: a transport to receive on, and, except for observers, one to send on.
   *
   * @throws AppError UNAVAILABLE when the router has closed
   */
  async session(
    role: JoinRole,
  ): Promise<{ sendTransport: WebRtcTransport | null; recvTransport: WebRtcTransport }> {
    const sctp = { maxSctpMessageSize: longestMessageBytes("session") };
    const sending = role === "observer" ? [] : [this.#createSending(sctp)];
    const [recvTransport, sendTransport = null] = await allOrNone([
      this.#create("session", sctp),
      ...sending,
    ]);
    if (recvTransport === undefined) throw new AppError("UNAVAILABLE");
    return { sendTransport, recvTransport };
  }

  /**
   * The pair for bulk data.
   *
   * @throws AppError UNAVAILABLE when the router has closed
   */
  async bulk(): Promise<{ sendTransport: WebRtcTransport; recvTransport: WebRtcTransport }> {
    const sctp = {
      maxSctpMessageSize: longestMessageBytes("bulk"),
      sctpSendBufferSize: BULK_SEND_BUFFER_BYTES,
    };
    const create = () => this.#create("bulk", sctp);
    const [sendTransport, recvTransport] = await allOrNone([create(), create()]);
    if (sendTransport === undefined || recvTransport === undefined) throw new AppError("UNAVAILABLE");
    return { sendTransport, recvTransport };
  }

  /** Where the channels end that a socket carries. @throws AppError UNAVAILABLE when the router has closed */
  async direct(): Promise<DirectTransport> {
    return await refusedByMediasoup(() =>
      this.#router.createDirectTransport({ maxMessageSize: longestMessageBytes("session") }),
    );
  }

  /** What a browser sends over may not carry more than the relay wants to. */
  async #createSending(sctp: SctpLimits): Promise<WebRtcTransport> {
    const transport = await this.#create("session", sctp);
    try {
      await transport.setMaxIncomingBitrate(this.#media.maxIncomingBitrateBps);
      return transport;
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  #create(use: Use["use"], sctp: SctpLimits): Promise<WebRtcTransport> {
    return this.#router.createWebRtcTransport({
      webRtcServer: this.#webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: this.#media.initialOutgoingBitrateBps,
      enableSctp: true,
      numSctpStreams: { OS: SCTP_STREAMS, MIS: SCTP_STREAMS },
      ...sctp,
      appData: { use } satisfies Use,
    });
  }
}

/** @throws AppError UNAVAILABLE when one could not be made; the others are closed then */
async function allOrNone(wanted: readonly Promise<WebRtcTransport>[]): Promise<WebRtcTransport[]> {
  const made = await Promise.allSettled(wanted);
  const transports = made.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (transports.length < wanted.length) {
    for (const transport of transports) transport.close();
    throw new AppError("UNAVAILABLE");
  }
  return transports;
}
