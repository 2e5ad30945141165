import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const LOOPBACK = "127.0.0.1";
/** Length of a packet on the stream (RFC 4571). */
const LENGTH_BYTES = 2;
/** With so much still to go out packets are lost here, as on any other way that is too narrow: SCTP sends slower then. */
const MAX_BACKLOG_BYTES = 262_144;

/** A relay's TCP candidate (RFC 6544). */
export interface TcpCandidate {
  readonly address: string;
  readonly port: number;
  readonly priority: number;
}

/**
 * ICE over TCP (RFC 6544) for libdatachannel, whose ICE speaks UDP alone: what it sends to the bridge, a UDP port of this machine's
 * loopback, goes on in frames on a TCP connection to the relay, and back. Nothing in the packets changes, so that ICE's checks and
 * DTLS stay between libdatachannel and the relay.
 */
export class IceTcpBridge {
  /** Resolves when the connection is no more, whoever closed it. */
  readonly lost: Promise<void>;
  /** Of the loopback, where libdatachannel finds the bridge. */
  readonly port: number;
  /** The address on this machine that the connection uses. */
  readonly localAddress: string | null;
  readonly #tcp: Socket;
  readonly #udp: DatagramSocket;
  readonly #priority: number;
  /** libdatachannel's port: the first that a packet comes from, and nobody else's afterwards. */
  #peerPort: number | undefined;
  /** The beginning of a packet whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  #closed = false;

  /** @throws Error of the system when the connection does not come up, AbortError */
  static async open(candidate: TcpCandidate, signal: AbortSignal): Promise<IceTcpBridge> {
    const tcp = connect({ host: candidate.address, port: candidate.port, noDelay: true });
    // An error of its own has been told by `once`, and one that comes later is followed by "close".
    tcp.on("error", () => {});
    const udp = createSocket("udp4");
    udp.on("error", () => {});
    try {
      udp.bind(0, LOOPBACK);
      await Promise.all([once(tcp, "connect", { signal }), once(udp, "listening", { signal })]);
      return new IceTcpBridge(tcp, udp, candidate.priority);
    } catch (error) {
      tcp.destroy();
      udp.close();
      throw error;
    }
  }

  private constructor(tcp: Socket, udp: DatagramSocket, priority: number) {
    this.#tcp = tcp;
    this.#udp = udp;
    this.#priority = priority;
    this.port = udp.address().port;
    this.localAddress = tcp.localAddress ?? null;
    udp.on("message", (packet, { port }) => this.#send(packet, port));
    tcp.on("data", (bytes) => this.#receive(bytes));
    this.lost = new Promise((resolve) => {
      tcp.once("close", () => {
        this.close();
        resolve();
      });
    });
  }

  /** For libdatachannel: the relay, as it is reached over this bridge. */
  get candidate(): string {
    return `candidate:tcp${this.port} 1 UDP ${this.#priority} ${LOOPBACK} ${this.port} typ host`;
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tcp.destroy();
    this.#udp.close();
  }

  #send(packet: Buffer, port: number): void {
    this.#peerPort ??= port;
    if (port !== this.#peerPort || this.#closed || this.#tcp.writableLength > MAX_BACKLOG_BYTES) return;
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(packet.length);
    this.#tcp.write(Buffer.concat([length, packet]));
  }

  #receive(bytes: Buffer): void {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + rest.readUInt16BE(0);
      if (rest.length < end) break;
      if (this.#peerPort !== undefined && !this.#closed) {
        this.#udp.send(rest.subarray(LENGTH_BYTES, end), this.#peerPort, LOOPBACK);
      }
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}
