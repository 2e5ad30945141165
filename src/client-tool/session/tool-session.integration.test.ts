import { randomUUID } from "node:crypto";
import { Agent, type ClientRequestArgs } from "node:http";
import { createConnection, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
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
import { RecordingMachine } from "../testing/recording-machine";
import { RecordingWindow } from "../testing/recording-window";
import { toolTexts } from "../texts";
import type { SessionOutcome } from "./tool-session";

const texts = toolTexts("en");
const operatorNames = { operatorName: "Aoi", companyName: "Demo Support", sharesDevice: false };
/** No packet gets there (RFC 5737). */
const NOWHERE = "192.0.2.1";

type Unnumbered<T> = T extends unknown ? Omit<T, "sequence"> : never;

/** The operator's end, with its channels open. */
interface Console {
  readonly peer: NativePeer;
  readonly heard: string[];
  move: (x: number, y: number) => void;
  say: (message: Unnumbered<ControlMessage>) => void;
  clipboard: (message: ClipboardMessage) => void;
}

/** A tool in its session, all but the program and its window. */
interface RunningTool {
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

let relays: TestRelay[];
let peers: NativePeer[];
let tools: RunningTool[];
let sessionId: string;

beforeEach(() => {
  relays = [];
  peers = [];
  tools = [];
  sessionId = randomUUID();
});

afterEach(async () => {
  for (const { session } of tools) session.close();
  await Promise.all(tools.map(({ outcome }) => outcome.catch(() => {})));
  for (const peer of peers) peer.close();
  // Guests first: the management server is the first one's.
  for (const relay of relays.reverse()) await relay.stop();
});

async function startRelay(options: TestRelayOptions = {}): Promise<TestRelay> {
  const relay = await TestRelay.start(options);
  relays.push(relay);
  return relay;
}

async function join(
  relay: TestRelay,
  role: Role,
  permissions: Permissions = EVERYTHING,
): Promise<NativePeer> {
  const client = await relay.connect();
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
  peers.push(peer);
  return peer;
}

async function openConsole(relay: TestRelay, permissions?: Permissions): Promise<Console> {
  const peer = await join(relay, "operator", permissions);
  const [motion, control, clipboard] = [
    await peer.sendOn("motion"),
    await peer.sendOn("control"),
    await peer.sendOn("clipboard"),
  ];
  const heard: string[] = [];
  for (const label of ["tool", "clipboard"] as const) {
    void peer.receiveOn(label).then(
      (received) => {
        const push = heard.push.bind(heard);
        push(...received.splice(0));
        received.push = push;
      },
      () => {},
    );
  }
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

function startTool(
  relayNow: () => TestRelay,
  { transportsTimeoutMs }: { transportsTimeoutMs?: number } = {},
): RunningTool {
  const machine = new RecordingMachine();
  const window = new RecordingWindow();
  const asked: RunningTool["asked"] = [];
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
      transportsTimeoutMs,
      server: {
        origin: "http://support.test",
        join: async () => {
          const relay = relayNow();
          const assignment = {
            sessionId,
            relayId: relay.relayId,
            signallingUrl: relay.signallingUrl,
            token: await relay.signer.join({ sessionId, role: "tool", permissions: EVERYTHING }),
            iceServers: [],
          };
          asked.push(assignment);
          return assignment;
        },
      },
    },
  });
  const tool = {
    machine,
    window,
    session,
    asked,
    network,
    outcome: session.run(new AbortController().signal),
  };
  // A test that fails before it looks at the outcome has said why itself.
  tool.outcome.catch(() => {});
  tools.push(tool);
  return tool;
}

function messages(console: Console): ToolMessage[] {
  return console.heard.map((text) => JSON.parse(text));
}

const controlledBy = texts.window(operatorNames, { is: "controlled" }).controlling;
const reconnecting = texts.window(operatorNames, { is: "reconnecting" }).controlling;

async function untilControlled(tool: RunningTool, console: Console): Promise<void> {
  await until("the tool is ready", () =>
    messages(console).some((message) => message.type === "state" && message.state.phase === "ready"),
  );
  await until("the window says who controls", () => tool.window.last === controlledBy);
}

async function openSession(
  options: TestRelayOptions = {},
  toolOptions: { transportsTimeoutMs?: number } = {},
) {
  const relay = await startRelay(options);
  const customer = await join(relay, "customer");
  const tool = startTool(() => relay, toolOptions);
  const console = await openConsole(relay);
  await untilControlled(tool, console);
  return { relay, customer, tool, console };
}

test("what the operator does arrives, and ends with the permission: nothing stays pressed", async () => {
  const { customer, tool, console } = await openSession();
  expect(tool.session.isCarried).toBe(false);
  expect(messages(console)[0]).toMatchObject({ version: "1.2.3", platform: "linux", monitorId: "m1" });
  console.say({ type: "button", button: 0, down: true, x: 0.5, y: 0.5 });
  console.say({ type: "key", code: "KeyA", down: true });
  console.say({ type: "text", text: "漢字🙂" });
  await until("the text is typed", () => tool.machine.calls.includes("type 漢字🙂"));
  expect(tool.machine.take()).toEqual(["move 500,250", "button 0 down", "key KeyA down", "type 漢字🙂"]);
  console.move(0.25, 0.5);
  await until("the pointer moves", () => tool.machine.calls.includes("move 250,250"));
  await until("it is told how far things are", () =>
    messages(console).some((message) => message.type === "applied" && message.sequence === 4),
  );
  const permissions = { ...EVERYTHING, control: false };
  await customer.client.request("setPermissions", { permissions });
  await until("everything is let go of", () => tool.machine.held.size === 0);
  expect(tool.window.last).toBe(texts.controlEnded);
  tool.machine.take();
  // What the relay lets through after that is what the customer granted anew.
  console.say({ type: "key", code: "KeyB", down: true });
  await customer.client.request("setPermissions", { permissions: EVERYTHING });
  await until("the window says who controls again", () => tool.window.last === controlledBy);
  console.say({ type: "key", code: "KeyC", down: true });
  await until("the key is down", () => tool.machine.held.has("KeyC"));
  expect(tool.machine.take()).toEqual(["key KeyC down"]);
});

test("Stop in the window takes control and clipboard back for all, and the tool stays", async () => {
  const { customer, tool, console } = await openSession();
  console.say({ type: "key", code: "ShiftLeft", down: true });
  await until("the key is down", () => tool.machine.held.size === 1);
  tool.window.onStop?.();
  expect(tool.machine.held.size).toBe(0);
  const expected = { ...EVERYTHING, control: false, clipboard: false };
  for (const { client } of [customer, console.peer]) {
    const { permissions } = await client.notified(
      "permissionsChanged",
      ({ permissions }) => !permissions.control,
    );
    expect(permissions).toEqual(expected);
  }
  expect(tool.window.last).toBe(texts.controlEnded);
  tool.window.onClose?.();
  expect(await tool.outcome).toEqual({ by: "left" });
});

test("the clipboard goes both ways", async () => {
  const { tool, console } = await openSession();
  console.clipboard({ type: "text", text: "from the operator" });
  await until("it is written", () => tool.machine.clipboard === "from the operator");
  tool.machine.clipboard = "お客様の文章";
  console.clipboard({ type: "ask" });
  await until("it is told", () => console.heard.some((text) => text.includes("お客様の文章")));
});

test("an operator who goes leaves nothing pressed, and who comes back begins anew", async () => {
  const { relay, tool, console } = await openSession();
  for (let times = 0; times < 5; times++) console.move(0.1 * times, 0);
  console.say({ type: "button", button: 2, down: true, x: 0.5, y: 0.5 });
  await until("the button is down", () => tool.machine.held.size === 1);
  console.peer.client.leave();
  await until("it comes up", () => tool.machine.held.size === 0);
  const again = await openConsole(relay);
  await untilControlled(tool, again);
  tool.machine.take();
  again.move(0.25, 0.5);
  await until("the first move counts", () => tool.machine.calls.includes("move 250,250"));
});

test("a relay that dies is left for another one, in the same session", async () => {
  const first = await startRelay();
  const second = await startRelay({ beside: first });
  await join(first, "customer");
  let current = first;
  const tool = startTool(() => current);
  const console = await openConsole(first);
  await untilControlled(tool, console);
  console.say({ type: "key", code: "KeyA", down: true });
  await until("the key is down", () => tool.machine.held.size === 1);
  current = second;
  await first.relay.close();
  await until("the key comes up", () => tool.machine.held.size === 0);
  expect(tool.window.shown).toContain(reconnecting);
  await join(second, "customer");
  const again = await openConsole(second);
  await untilControlled(tool, again);
  again.say({ type: "key", code: "KeyB", down: true });
  await until("the key is down", () => tool.machine.held.has("KeyB"));
});

test("a tool that only lost its connection comes back by its ticket", async () => {
  const { tool, console } = await openSession();
  console.say({ type: "key", code: "KeyA", down: true });
  await until("the key is down", () => tool.machine.held.size === 1);
  tool.network.cut();
  await until("the key comes up", () => tool.machine.held.size === 0);
  await until("the window says who controls again", () => tool.window.last === controlledBy);
  console.say({ type: "key", code: "KeyB", down: true });
  await until("the key is down", () => tool.machine.held.has("KeyB"));
  expect(tool.asked).toHaveLength(1);
});

test("without a way for UDP and TCP the socket carries everything", async () => {
  const { customer, tool, console } = await openSession(
    { environment: { RELAY_ANNOUNCED_ADDRESS: NOWHERE } },
    { transportsTimeoutMs: 300 },
  );
  expect(tool.session.isCarried).toBe(true);
  console.say({ type: "key", code: "KeyA", down: true });
  console.move(0.5, 0.5);
  await until("both arrive", () => tool.machine.calls.length === 2);
  const long = "長".repeat(60_000);
  tool.machine.clipboard = long;
  console.clipboard({ type: "ask" });
  await until("a long clipboard is told", () => console.heard.some((text) => text.includes(long)));
  await customer.client.request("setPermissions", { permissions: { ...EVERYTHING, control: false } });
  await until("the key comes up", () => tool.machine.held.size === 0);
});

test("the end of the session is the tool's end", async () => {
  const { tool, console } = await openSession();
  console.say({ type: "key", code: "KeyA", down: true });
  await until("the key is down", () => tool.machine.held.size === 1);
  await console.peer.client.request("endSession", {});
  expect(await tool.outcome).toEqual({ by: "session", reason: "ended_by_operator" });
  expect(tool.machine.held.size).toBe(0);
});
