import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { framed } from "./binding-request";
import { bridgeTransports, type Joined, type TransportOptions } from "./bridge-transports";

/**
 * Lets a native peer, whose ICE knows UDP alone, reach the relay over ICE-TCP: each packet that it sends to the bridge goes on in a
 * frame on a TCP connection to the relay's TCP candidate, and back. ICE, DTLS, SCTP and SRTP stay between the two ends.
 */
export class IceTcpBridge {
  readonly #tcp: Socket;
  readonly #udp: DatagramSocket;
  readonly #port: number;
  #peerPort: number | undefined;
  #received = Buffer.alloc(0);
  /** Packets that came out of the TCP connection. */
  packetsReceived = 0;

  private constructor(tcp: Socket, udp: DatagramSocket) {
    this.#tcp = tcp;
    this.#udp = udp;
    this.#port = udp.address().port;
    udp.on("message", (packet, { port }) => {
      this.#peerPort = port;
      if (!tcp.destroyed) tcp.write(framed(packet));
    });
    tcp.on("data", (bytes) => this.#receive(bytes));
    tcp.on("error", () => tcp.destroy());
  }

  /** Opens a bridge for each transport, and says where the peer finds them instead of the relay. */
  static async under(joined: Joined): Promise<{ joined: Joined; bridges: IceTcpBridge[] }> {
    return await bridgeTransports(joined, async (options) => {
      const bridge = await IceTcpBridge.#open(options);
      return { bridge, candidate: bridge.#candidate };
    });
  }

  static async #open({ iceCandidates }: TransportOptions): Promise<IceTcpBridge> {
    const candidate = iceCandidates.find(({ protocol }) => protocol === "tcp");
    if (candidate === undefined) throw new Error("the relay offers no TCP candidate");
    const udp = createSocket("udp4");
    udp.bind(0, "127.0.0.1");
    const tcp = connect({ host: candidate.address, port: candidate.port, noDelay: true });
    await Promise.all([once(udp, "listening"), once(tcp, "connect")]);
    return new IceTcpBridge(tcp, udp);
  }

  get closed(): boolean {
    return this.#tcp.destroyed;
  }

  close(): void {
    this.#tcp.destroy();
    this.#udp.close();
  }

  get #candidate(): TransportOptions["iceCandidates"][number] {
    const address = "127.0.0.1";
    return {
      foundation: "bridge",
      priority: 1_000,
      address,
      ip: address,
      protocol: "udp",
      port: this.#port,
      type: "host",
    };
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= 2) {
      const end = 2 + this.#received.readUInt16BE(0);
      if (this.#received.length < end) return;
      const packet = this.#received.subarray(2, end);
      this.#received = this.#received.subarray(end);
      this.packetsReceived += 1;
      if (this.#peerPort !== undefined) this.#udp.send(packet, this.#peerPort, "127.0.0.1");
    }
  }
}
