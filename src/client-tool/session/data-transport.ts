import ndc, { type DataChannel, type PeerConnection } from "node-datachannel";
import { AppError } from "@/lib/app-error";
import type { SignallingInput } from "@/protocol/signalling";
import { fingerprintOf, relayAnswer, type TransportOptions } from "./relay-answer";

/** A channel that carries nothing: without one there would be no SCTP association to begin with. */
const IDLE_STREAM_ID = 127;

interface DataTransportOptions {
  transport: TransportOptions;
  /** Hands the relay's end of the transport its DTLS parameters. */
  connect: (parameters: SignallingInput<"connectTransport">) => Promise<unknown>;
  /** The connection stood and is lost: ICE or DTLS has given up. */
  onLost: () => void;
  signal: AbortSignal;
}

/** One WebRTC transport to a relay, for data channels alone: libdatachannel speaks ICE, DTLS and SCTP. */
export class DataTransport {
  readonly #connection: PeerConnection;
  /** Kept from garbage collection: a channel that nobody holds goes silent. */
  readonly #channels = new Map<number, DataChannel>();
  #closed = false;

  /** @throws AppError UNAVAILABLE when ICE, DTLS or SCTP fails, or the signal is given first */
  static async connect({ transport, connect, onLost, signal }: DataTransportOptions): Promise<DataTransport> {
    const connection = new ndc.PeerConnection("tool", {
      iceServers: [],
      disableAutoNegotiation: true,
      enableIceTcp: true,
      maxMessageSize: transport.sctpParameters.maxMessageSize,
    });
    const made = new DataTransport(connection);
    let hasStood = false;
    let giveUp = (): void => {};
    try {
      // All handlers before the first thing that they tell of.
      const offered = new Promise<string>((resolve) => connection.onLocalDescription(resolve));
      const connected = new Promise<void>((resolve, reject) => {
        giveUp = () => reject(new AppError("UNAVAILABLE"));
        const fail = () => {
          giveUp();
          if (hasStood && !made.#closed) onLost();
        };
        connection.onStateChange((state) => {
          if (state === "failed" || state === "disconnected" || state === "closed") fail();
        });
        // Open as soon as all of it stands.
        const idle = made.openChannel("idle", IDLE_STREAM_ID, { ordered: true });
        idle.onOpen(resolve);
        idle.onClosed(fail);
      });
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
      await connected;
      hasStood = true;
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

  /** The address on this machine that the transport uses; null when that is not known. */
  get localAddress(): string | null {
    return this.#closed ? null : (this.#connection.getSelectedCandidatePair()?.local.address ?? null);
  }

  /** @param maxRetransmits of unordered channels: how often a lost message is sent again */
  openChannel(
    label: string,
    id: number,
    { ordered, maxRetransmits }: { ordered: boolean; maxRetransmits?: number | undefined },
  ): DataChannel {
    const channel = this.#connection.createDataChannel(label, {
      negotiated: true,
      id,
      unordered: !ordered,
      ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
    });
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
    this.#connection.close();
    this.#channels.clear();
  }
}
