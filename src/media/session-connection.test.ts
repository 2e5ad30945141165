import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RelayAssignment, RelayTrouble } from "@/protocol/join-token";
import { SessionConnection } from "./session-connection";
import type { ConnectionState } from "./session-state";

/** The person who waits is told within this time that the connection is interrupted. */
const TOLD_WITHIN_MS = 3_000;

/** A relay's sockets as a browser has them: they open or not, and nothing ever comes over them. */
class MuteSocket extends EventTarget {
  static readonly OPEN = 1;
  static outcome: "opens" | "is refused" | "is silent";
  static readonly opened: MuteSocket[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: (() => void) | null = null;
  readonly sent: string[] = [];

  constructor() {
    super();
    MuteSocket.opened.push(this);
    const { outcome } = MuteSocket;
    setTimeout(() => {
      if (outcome === "opens") {
        this.readyState = MuteSocket.OPEN;
        this.onopen?.();
      } else if (outcome === "is refused") {
        this.onerror?.();
      }
    }, 1);
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }
}

let states: ConnectionState[];
let troubles: (RelayTrouble | undefined)[];
let connection: SessionConnection;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", MuteSocket);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal("navigator", { onLine: true });
  // The page's own server answers: whatever does not work is not the network.
  vi.stubGlobal("fetch", async () => new Response());
  MuteSocket.opened.length = 0;
  states = [];
  troubles = [];
  const ignore = () => undefined;
  connection = new SessionConnection({
    join: async ({ trouble }): Promise<RelayAssignment> => {
      troubles.push(trouble);
      return {
        sessionId: randomUUID(),
        relayId: "relay-1",
        signallingUrl: "wss://relay.example/signalling",
        token: "a token",
        iceServers: [],
      };
    },
    isSide: true,
    handlers: {
      onOther: ignore,
      onPermissions: ignore,
      onObservers: ignore,
      onTool: ignore,
      onPicture: ignore,
      onUnshowable: ignore,
      onMessage: ignore,
      onChannel: ignore,
    },
    onJoined: async () => undefined,
    onState: (state) => states.push(state),
  });
});
afterEach(() => {
  connection.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const phase = () => states.at(-1)?.phase ?? "connecting";

test("a cut between the socket's opening and the relay's answer is told in time, and the relay is asked anew", async () => {
  MuteSocket.outcome = "opens";
  connection.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(MuteSocket.opened[0]?.sent).toHaveLength(1);
  expect(phase()).toBe("connecting");
  await vi.advanceTimersByTimeAsync(TOLD_WITHIN_MS - 100);
  expect(phase()).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(TOLD_WITHIN_MS);
  expect(MuteSocket.opened.length).toBeGreaterThan(1);
  expect(MuteSocket.opened[0]?.readyState).toBe(3);
  expect(troubles.slice(0, 2)).toEqual([undefined, { relayId: "relay-1", kind: "unreachable" }]);
});

test.each([
  { outcome: "is refused", withinMs: 500 },
  { outcome: "is silent", withinMs: 4_500 },
] as const)(
  "also a page that has just been opened tells which relay it could not reach ($outcome)",
  async ({ outcome, withinMs }) => {
    MuteSocket.outcome = outcome;
    connection.start();
    await vi.advanceTimersByTimeAsync(withinMs);
    expect(troubles.slice(0, 2)).toEqual([undefined, { relayId: "relay-1", kind: "unreachable" }]);
  },
);
