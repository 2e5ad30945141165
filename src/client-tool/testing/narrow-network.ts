import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { transportOptionsSchema } from "@/protocol/signalling";

const LOOPBACK = "127.0.0.1";

const joinedSchema = z.looseObject({
  data: z.looseObject({ sendTransport: transportOptionsSchema, recvTransport: transportOptionsSchema }),
});
type Candidate = z.output<typeof transportOptionsSchema>["iceCandidates"][number];

/**
 * What lies between a tool and a relay, as a firewall or a bad radio link does: what it does not let through vanishes without a word, and
 * what TCP carries arrives late once it is let through again. The tool is told of the relay as it is seen from behind it.
 */
export class NarrowNetwork {
  /** What gets through from now on. */
  readonly lets = { udp: true, udpToTool: true, tcp: true, socket: true };
  #isGone = false;
  readonly #relayUrl: string;
  readonly #server: HttpServer = createHttpServer();
  readonly #sockets = new WebSocketServer({ noServer: true });
  /** What waits for {@link lets}.socket, in order. */
  #held: (() => void)[] = [];
  readonly #closings: (() => void)[] = [];

  static async before(relayUrl: string): Promise<NarrowNetwork> {
    const network = new NarrowNetwork(relayUrl);
    await network.#listen(network.#server);
    return network;
  }

  private constructor(relayUrl: string) {
    this.#relayUrl = relayUrl;
    this.#server.on("upgrade", (request, socket, head) => {
      if (this.#isGone) socket.destroy();
      else
        this.#pass(() =>
          this.#sockets.handleUpgrade(request, socket, head, (near) => this.#connect(near, request.headers)),
        );
    });
  }

  get signallingUrl(): string {
    return `ws://${LOOPBACK}:${portOf(this.#server)}/signalling`;
  }

  /** The socket carries again, and what TCP has kept. */
  mendSocket(): void {
    this.lets.socket = true;
    for (const pass of this.#held.splice(0)) pass();
  }

  /** As when a machine is told that there is no way: nothing gets through, and everything is refused at once. */
  goAway(): void {
    this.#isGone = true;
    Object.assign(this.lets, { udp: false, tcp: false, socket: false });
    for (const client of this.#sockets.clients) client.terminate();
  }

  async close(): Promise<void> {
    this.#held = [];
    for (const close of this.#closings) close();
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
  }

  /** Now, or when the socket carries again. */
  #pass(pass: () => void): void {
    if (this.lets.socket) pass();
    else this.#held.push(pass);
  }

  #connect(
    near: WebSocket,
    { origin, "sec-websocket-protocol": protocol }: NodeJS.Dict<string | string[]>,
  ): void {
    const far = new WebSocket(this.#relayUrl, String(protocol), { origin: String(origin) });
    this.#closings.push(() => far.terminate());
    const isOpen = once(far, "open");
    // Whatever goes wrong is followed by "close".
    isOpen.catch(() => {});
    for (const end of [near, far]) end.on("error", () => {});
    near.on("message", (data) => this.#pass(() => void isOpen.then(() => far.send(String(data)))));
    far.on("message", (data) => {
      void this.#seenFromHere(data).then((text) => this.#pass(() => near.send(text)));
    });
    near.on("close", () => this.#pass(() => far.close()));
    far.on("close", (code, reason) =>
      this.#pass(() =>
        code >= 1000 && code !== 1005 && code !== 1006 ? near.close(code, reason) : near.terminate(),
      ),
    );
  }

  /** The relay's answer to the joining names its addresses: here they are this network's. */
  async #seenFromHere(data: RawData): Promise<string> {
    const text = data.toString();
    const joined = joinedSchema.safeParse(JSON.parse(text));
    if (!joined.success) return text;
    const { sendTransport, recvTransport } = joined.data.data;
    for (const transport of [sendTransport, recvTransport]) {
      transport.iceCandidates = await Promise.all(transport.iceCandidates.map((one) => this.#detour(one)));
    }
    return JSON.stringify(joined.data);
  }

  async #detour(candidate: Candidate): Promise<Candidate> {
    const port =
      candidate.protocol === "udp"
        ? await this.#forwardUdp(candidate.port)
        : await this.#forwardTcp(candidate.port);
    return { ...candidate, address: LOOPBACK, port };
  }

  async #forwardUdp(relayPort: number): Promise<number> {
    const [near, far] = await Promise.all([openSocket(), openSocket()]);
    this.#closings.push(() => {
      near.close();
      far.close();
    });
    let toolPort: number | undefined;
    near.on("message", (packet, { port }) => {
      toolPort = port;
      if (this.lets.udp) far.send(packet, relayPort, LOOPBACK);
    });
    far.on("message", (packet) => {
      if (this.lets.udp && this.lets.udpToTool && toolPort !== undefined)
        near.send(packet, toolPort, LOOPBACK);
    });
    return near.address().port;
  }

  async #forwardTcp(relayPort: number): Promise<number> {
    const server = createServer((near) => {
      const far = connect({ host: LOOPBACK, port: relayPort });
      this.#closings.push(() => {
        near.destroy();
        far.destroy();
      });
      this.#forward(near, far);
      this.#forward(far, near);
    });
    this.#closings.push(() => server.close());
    return await this.#listen(server);
  }

  #forward(from: Socket, to: Socket): void {
    from.on("data", (bytes) => {
      if (this.lets.tcp) to.write(bytes);
    });
    from.on("error", () => {});
    from.on("close", () => to.destroy());
  }

  async #listen(server: Server): Promise<number> {
    server.listen(0, LOOPBACK);
    await once(server, "listening");
    return portOf(server);
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function openSocket(): Promise<DatagramSocket> {
  const socket = createSocket("udp4");
  socket.bind(0, LOOPBACK);
  await once(socket, "listening");
  return socket;
}
