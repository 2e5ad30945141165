import ndc, { type DataChannel, type PeerConnection } from "node-datachannel";
import { AppError } from "@/lib/app-error";
import type { SignallingInput } from "@/protocol/signalling";
import { fingerprintOf, midOf, relayAnswer, type TransportOptions } from "./relay-answer";
import { TcpWays } from "./tcp-ways";

/** A channel that says nothing: without one there would be no SCTP association to begin with. */
const IDLE_STREAM_ID = 127;
/**
 * All other streams that the relay may send on stand from the beginning: it does so while this machine still hears of one, and
 * libdatachannel closes a stream for good on which something comes before it is opened. The relay counts its streams from 0.
 */
const STREAMS_AHEAD = IDLE_STREAM_ID;

interface DataTransportOptions {
  transport: TransportOptions;
  /** Whether it is the relay that sends on it. */
  receives: boolean;
  /** Hands the relay's end of the transport its DTLS parameters. */
  connect: (parameters: SignallingInput<"connectTransport">) => Promise<unknown>;
  /** The connection stood and is lost: ICE or DTLS has given up, or the TCP connection below them is closed. */
  onLost: () => void;
  /** How long UDP, the better of the two, is tried alone before TCP is tried beside it. */
  tcpAfterMs: number;
  signal: AbortSignal;
}

/** What a transport's packets travel on. */
export type TransportProtocol = "udp" | "tcp";

/** One WebRTC transport to a relay, for data channels alone: libdatachannel speaks ICE, DTLS and SCTP. */
export class DataTransport {
  readonly #connection: PeerConnection;
  /** Kept from garbage collection: a channel that nobody holds goes silent. */
  readonly #channels = new Map<number, DataChannel>();
  /** Those that nobody has asked for yet: what comes on them waits. */
  readonly #ahead = new Map<number, DataChannel>();
  #tcp: TcpWays | null = null;
  #closed = false;

  /** @throws AppError UNAVAILABLE when ICE, DTLS or SCTP fails, or the signal is given first */
  static async connect(options: DataTransportOptions): Promise<DataTransport> {
    const { transport, receives, connect, onLost, tcpAfterMs, signal } = options;
    const connection = new ndc.PeerConnection("tool", {
      iceServers: [],
      disableAutoNegotiation: true,
      maxMessageSize: transport.sctpParameters.maxMessageSize,
    });
    const made = new DataTransport(connection);
    let hasStood = false;
    let giveUp = (): void => {};
    const fail = () => {
      giveUp();
      if (hasStood && !made.#closed) onLost();
    };
    try {
      // All handlers before the first thing that they tell of.
      const offered = new Promise<string>((resolve) => connection.onLocalDescription(resolve));
      const connected = new Promise<void>((resolve, reject) => {
        giveUp = () => reject(new AppError("UNAVAILABLE"));
        connection.onStateChange((state) => {
          if (state === "failed" || state === "disconnected" || state === "closed") fail();
        });
        // Open as soon as all of it stands.
        const idle = made.openChannel("idle", IDLE_STREAM_ID, { ordered: true });
        idle.onOpen(resolve);
        idle.onClosed(fail);
      });
      for (let id = 0; receives && id < STREAMS_AHEAD; id++)
        made.#ahead.set(id, connection.createDataChannel("", { negotiated: true, id }));
      // Whoever waits for the offer first must not miss that the signal was given.
      connected.catch(() => {});
      signal.addEventListener("abort", giveUp);
      signal.throwIfAborted();
      connection.setLocalDescription("offer");
      const offer = await Promise.race([offered, connected.then(() => "")]);
      const value = fingerprintOf(offer);
      if (value === null) throw new AppError("UNAVAILABLE");
      await connect({
        transportId: transport.id,
        dtlsParameters: { role: "client", fingerprints: [{ algorithm: "sha-256", value }] },
      });
      connection.setRemoteDescription(relayAnswer(transport, offer), "answer");
      made.#tcp = new TcpWays({ connection, transport, mid: midOf(offer), onLost: fail });
      made.#tcp.openAfter(tcpAfterMs);
      await connected;
      hasStood = true;
      made.#tcp.settle();
      return made;
    } catch (error) {
      made.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  private constructor(connection: PeerConnection) {
    this.#connection = connection;
  }

  get protocol(): TransportProtocol {
    return this.#closed || !this.#tcp?.chosen ? "udp" : "tcp";
  }

  /** The address on this machine that the transport uses; null when that is not known. */
  get localAddress(): string | null {
    if (this.#closed) return null;
    const bridge = this.#tcp?.chosen;
    return bridge
      ? bridge.localAddress
      : (this.#connection.getSelectedCandidatePair()?.local.address ?? null);
  }

  /** Sends the relay something that means nothing: does it arrive, the transport carries. */
  stir(): void {
    const idle = this.#channels.get(IDLE_STREAM_ID);
    if (!this.#closed && idle?.isOpen()) idle.sendMessage("");
  }

  /** @param maxRetransmits of unordered channels: how often a lost message is sent again */
  openChannel(
    label: string,
    id: number,
    { ordered, maxRetransmits }: { ordered: boolean; maxRetransmits?: number | undefined },
  ): DataChannel {
    const channel =
      this.#ahead.get(id) ??
      this.#connection.createDataChannel(label, {
        negotiated: true,
        id,
        unordered: !ordered,
        ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
      });
    this.#ahead.delete(id);
    this.#channels.set(id, channel);
    return channel;
  }

  closeChannel(id: number): void {
    this.#channels.get(id)?.close();
    this.#channels.delete(id);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tcp?.close();
    this.#connection.close();
    this.#channels.clear();
    this.#ahead.clear();
  }
}
