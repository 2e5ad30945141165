import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { bridgeTransports, type Joined, type TransportOptions } from "./bridge-transports";

const LOOPBACK = "127.0.0.1";
const REMEMBERED_PACKETS = 400;

/**
 * Stands between a native peer and the relay, as somebody on the way does: sees every packet, and can send others of its own that
 * come, for the relay, from the peer's very address and port.
 */
export class UdpBridge {
  readonly #near: Socket;
  #far: Socket;
  /** Where the relay takes this transport's packets. */
  readonly relayPort: number;
  #peerPort: number | undefined;
  /** What the peer sent first, its handshake included, as it was on the wire. */
  readonly fromPeer: Buffer[] = [];

  private constructor(near: Socket, far: Socket, relayPort: number) {
    this.#near = near;
    this.#far = far;
    this.relayPort = relayPort;
    near.on("message", (packet, { port }) => {
      this.#peerPort = port;
      if (this.fromPeer.length < REMEMBERED_PACKETS) this.fromPeer.push(packet);
      this.inject(packet);
    });
    this.#deliverFrom(far);
  }

  /** Opens a bridge for each transport, and says where the peer finds them instead of the relay. */
  static async under(joined: Joined): Promise<{ joined: Joined; bridges: UdpBridge[] }> {
    return await bridgeTransports(joined, async (options) => {
      const bridge = await UdpBridge.#open(options);
      return { bridge, candidate: bridge.#candidate };
    });
  }

  static async #open(options: TransportOptions): Promise<UdpBridge> {
    const [near, far] = await Promise.all([openSocket(), openSocket()]);
    return new UdpBridge(near, far, mediaPort(options));
  }

  /** Sends a packet to the relay from where the peer's own come. */
  inject(packet: Buffer): void {
    this.#far.send(packet, this.relayPort, LOOPBACK);
  }

  /** From now on the peer's packets come from another port: as when a machine changes its network, or NAT forgets it. */
  async move(): Promise<void> {
    const far = await openSocket();
    this.#far.close();
    this.#far = far;
    this.#deliverFrom(far);
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }

  #deliverFrom(far: Socket): void {
    far.on("message", (packet) => {
      if (this.#peerPort !== undefined) this.#near.send(packet, this.#peerPort, LOOPBACK);
    });
  }

  get #candidate(): TransportOptions["iceCandidates"][number] {
    return {
      foundation: "bridge",
      priority: 1_000,
      address: LOOPBACK,
      ip: LOOPBACK,
      protocol: "udp",
      port: this.#near.address().port,
      type: "host",
    };
  }
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, LOOPBACK);
  await once(socket, "listening");
  return socket;
}

/** The UDP port at which the relay takes a transport's packets. */
export function mediaPort({ iceCandidates }: TransportOptions): number {
  const candidate = iceCandidates.find(({ protocol }) => protocol === "udp");
  if (candidate === undefined) throw new Error("the relay offers no UDP candidate");
  return candidate.port;
}
