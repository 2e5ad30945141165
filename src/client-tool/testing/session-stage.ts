import { randomUUID } from "node:crypto";
import { Agent, type ClientRequestArgs } from "node:http";
import { createConnection, type Socket } from "node:net";
import { z } from "zod";
import { parseJson } from "@/lib/parse-json";
import type { ClipboardMessage, ControlMessage, MotionMessage, ToolMessage } from "@/protocol/control";
import type { RelayAssignment } from "@/protocol/join-token";
import type { Permissions } from "@/protocol/permissions";
import type { Role } from "@/protocol/roles";
import { NativePeer, type TransportOptions } from "../../../relay/testing/native-peer";
import { TestRelay, type TestRelayOptions } from "../../../relay/testing/test-relay";
import { EVERYTHING } from "../../../relay/testing/token-signer";
import { until } from "../../../relay/testing/until";
import { ControlledSession } from "../controlled-session";
import { type ConnectOptions, Network } from "../network/network";
import type { LinkTiming } from "../session/relay-link";
import type { SessionOutcome } from "../session/tool-session";
import { toolTexts } from "../texts";
import { NarrowNetwork } from "./narrow-network";
import { RecordingMachine } from "./recording-machine";
import { RecordingWindow } from "./recording-window";

export const texts = toolTexts("en");
export const operatorNames = { operatorName: "Aoi", companyName: "Demo Support", sharesDevice: false };
export const controlledBy = texts.window(operatorNames, { is: "controlled" }).controlling;
export const reconnecting = texts.window(operatorNames, { is: "reconnecting" }).controlling;

const offeredLabelSchema = z.object({
  event: z.literal("newDataConsumer"),
  label: z.enum(["tool", "clipboard"]),
});

type Unnumbered<T> = T extends unknown ? Omit<T, "sequence"> : never;

/** The operator's end, with its channels open. */
export interface Console {
  readonly peer: NativePeer;
  readonly heard: string[];
  move: (x: number, y: number) => void;
  say: (message: Unnumbered<ControlMessage>) => void;
  clipboard: (message: ClipboardMessage) => void;
}

export interface ToolOptions {
  timing?: Partial<LinkTiming>;
  /** What lies between the tool and the relay. */
  narrow?: NarrowNetwork;
}

/** A tool in its session, all but the program and its window. */
export interface RunningTool {
  readonly machine: RecordingMachine;
  readonly window: RecordingWindow;
  readonly session: ControlledSession;
  readonly outcome: Promise<SessionOutcome>;
  /** How often the management server was asked. */
  readonly asked: RelayAssignment[];
  readonly network: CuttableNetwork;
}

/** Loses its sockets when it is told to. */
class CuttableNetwork extends Network {
  readonly #agent = new CuttableAgent();

  override reach<T>(_url: URL, connect: (options: ConnectOptions) => Promise<T>): Promise<T> {
    return connect({ agent: this.#agent });
  }

  cut(): void {
    for (const socket of this.#agent.open) socket.destroy();
  }
}

class CuttableAgent extends Agent {
  readonly open: Socket[] = [];

  override createConnection(options: ClientRequestArgs): Socket {
    const socket = createConnection({ host: String(options.host), port: Number(options.port) });
    this.open.push(socket);
    return socket;
  }
}

/** One session with real relays: an operator and a customer with native peers, and the tool's own code. Strike it after each test. */
export class SessionStage {
  readonly sessionId = randomUUID();
  readonly #relays: TestRelay[] = [];
  readonly #peers: NativePeer[] = [];
  readonly #tools: RunningTool[] = [];
  readonly #networks: NarrowNetwork[] = [];

  async startRelay(options: TestRelayOptions = {}): Promise<TestRelay> {
    const relay = await TestRelay.start(options);
    this.#relays.push(relay);
    return relay;
  }

  async narrow(relay: TestRelay): Promise<NarrowNetwork> {
    const network = await NarrowNetwork.before(relay.signallingUrl);
    this.#networks.push(network);
    return network;
  }

  async join(relay: TestRelay, role: Role, permissions: Permissions = EVERYTHING): Promise<NativePeer> {
    const client = await relay.connect();
    const { sessionId } = this;
    const joined = await client.join(await relay.signer.join({ sessionId, role, permissions }));
    const reachable = (transport: TransportOptions): TransportOptions => ({
      ...transport,
      iceCandidates: transport.iceCandidates.map((candidate) => ({ ...candidate, address: "127.0.0.1" })),
    });
    const peer = await NativePeer.connect(client, {
      ...joined,
      sendTransport: joined.sendTransport && reachable(joined.sendTransport),
      recvTransport: reachable(joined.recvTransport),
    });
    this.#peers.push(peer);
    return peer;
  }

  async openConsole(relay: TestRelay, permissions?: Permissions): Promise<Console> {
    const peer = await this.join(relay, "operator", permissions);
    const [motion, control, clipboard] = [
      await peer.sendOn("motion"),
      await peer.sendOn("control"),
      await peer.sendOn("clipboard"),
    ];
    const heard: string[] = [];
    const listen = (message: unknown) => {
      const label = offeredLabelSchema.safeParse(message).data?.label;
      if (label === undefined) return;
      void peer.receiveOn(label).then(
        (received) => {
          const push = heard.push.bind(heard);
          push(...received.splice(0));
          received.push = push;
        },
        () => {},
      );
    };
    for (const notification of [...peer.client.notifications]) listen(notification);
    // A tool that joins anew has channels anew.
    peer.client.webSocket.on("message", (data) => listen(parseJson(data.toString())));
    let sequence = 0;
    const next = () => {
      sequence += 1;
      return sequence;
    };
    return {
      peer,
      heard,
      move: (x, y) =>
        motion.send(JSON.stringify({ type: "move", sequence: next(), x, y } satisfies MotionMessage)),
      say: (message) => control.send(JSON.stringify({ ...message, sequence: next() })),
      clipboard: (message) => clipboard.send(JSON.stringify(message)),
    };
  }

  startTool(relayNow: () => TestRelay, { narrow, timing }: ToolOptions = {}): RunningTool {
    const { sessionId } = this;
    const machine = new RecordingMachine();
    const window = new RecordingWindow();
    const asked: RelayAssignment[] = [];
    const network = new CuttableNetwork({});
    const session = new ControlledSession({
      operator: operatorNames,
      texts,
      window,
      machine,
      version: "1.2.3",
      print: () => {},
      onSettled: () => {},
      connection: {
        network,
        toolSecret: "x".repeat(43),
        timing,
        server: {
          origin: "http://support.test",
          join: async () => {
            if (narrow && !narrow.lets.socket) throw systemError("ETIMEDOUT");
            const relay = relayNow();
            const assignment = {
              sessionId,
              relayId: relay.relayId,
              signallingUrl: narrow?.signallingUrl ?? relay.signallingUrl,
              token: await relay.signer.join({ sessionId, role: "tool", permissions: EVERYTHING }),
              iceServers: [],
            };
            asked.push(assignment);
            return assignment;
          },
        },
      },
    });
    const outcome = session.run(new AbortController().signal);
    // A test that fails before it looks at the outcome has said why itself.
    outcome.catch(() => {});
    const tool = { machine, window, session, asked, network, outcome };
    this.#tools.push(tool);
    return tool;
  }

  /** Everybody in one session, control going on. */
  async open(options: TestRelayOptions = {}, toolOptions: ToolOptions = {}) {
    const relay = await this.startRelay(options);
    return { relay, ...(await this.openOn(relay, toolOptions)) };
  }

  async openOn(relay: TestRelay, toolOptions: ToolOptions = {}) {
    const customer = await this.join(relay, "customer");
    const tool = this.startTool(() => relay, toolOptions);
    const console = await this.openConsole(relay);
    await untilControlled(tool, console);
    return { customer, tool, console };
  }

  async strike(): Promise<void> {
    for (const { session } of this.#tools) session.close();
    await Promise.all(this.#tools.map(({ outcome }) => outcome.catch(() => {})));
    for (const peer of this.#peers) peer.close();
    for (const network of this.#networks) await network.close();
    // Guests first: the management server is the first one's.
    for (const relay of this.#relays.reverse()) await relay.stop();
  }
}

export function messages(console: Console): ToolMessage[] {
  return console.heard.map((text) => JSON.parse(text));
}

export async function untilControlled(tool: RunningTool, console: Console): Promise<void> {
  await until("the tool is ready", () =>
    messages(console).some((message) => message.type === "state" && message.state.phase === "ready"),
  );
  await until("the window says who controls", () => tool.window.last === controlledBy);
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
