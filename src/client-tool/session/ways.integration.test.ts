import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../relay/testing/until";
import type { NarrowNetwork } from "../testing/narrow-network";
import {
  type Console,
  controlledBy,
  type RunningTool,
  reconnecting,
  SessionStage,
  untilControlled,
} from "../testing/session-stage";

/** How the channels get through networks that do not let everything pass, and what becomes of them when that changes. */

/** Long enough for what gets through here, and no longer. */
const timing = { udpAloneMs: 200, transportsTimeoutMs: 1_000, lookEveryMs: 500 };
const LONG = "長".repeat(60_000);

let stage: SessionStage;

beforeEach(() => {
  stage = new SessionStage();
});

afterEach(() => stage.strike());

async function openBehind(lets: Partial<NarrowNetwork["lets"]>, window = {}) {
  const relay = await stage.startRelay({ limits: window });
  const narrow = await stage.narrow(relay);
  Object.assign(narrow.lets, lets);
  return { relay, narrow, ...(await stage.openOn(relay, { timing, narrow })) };
}

/** Keys, moves and the longest text, both ways. */
async function expectEverythingThrough({ machine }: RunningTool, console: Console): Promise<void> {
  machine.take();
  console.say({ type: "key", code: "KeyA", down: true });
  console.say({ type: "releaseAll" });
  await until("the key was down and up", () => machine.calls.includes("key KeyA up"));
  console.move(0.5, 0.5);
  await until("the pointer moves", () => machine.calls.includes("move 500,250"));
  machine.clipboard = LONG;
  console.clipboard({ type: "ask" });
  await until("a long clipboard is told", () => console.heard.some((text) => text.includes(LONG)));
  console.clipboard({ type: "text", text: `${LONG.slice(1)}語` });
  await until("and another is heard", () => machine.clipboard?.endsWith("語"));
}

/** Cuts while a key is held, and waits until control has begun anew. @returns what the customer was told meanwhile */
async function cutAndComeBack(tool: RunningTool, console: Console, cut: () => void): Promise<string[]> {
  console.say({ type: "key", code: "KeyA", down: true });
  await until("the key is down", () => tool.machine.held.size === 1);
  const before = tool.window.shown.length;
  cut();
  await until("the key comes up", () => tool.machine.held.size === 0);
  await until(
    "the tool is back",
    () => tool.window.shown.length > before && tool.window.last === controlledBy,
  );
  return tool.window.shown.slice(before);
}

test("where UDP is dropped, TCP carries everything", async () => {
  const { tool, console } = await openBehind({ udp: false });
  expect(tool.session.way).toBe("tcp");
  await expectEverythingThrough(tool, console);
});

test("where UDP and TCP are dropped, the socket carries everything", async () => {
  const { tool, console } = await openBehind({ udp: false, tcp: false });
  expect(tool.session.way).toBe("socket");
  await expectEverythingThrough(tool, console);
});

test("UDP that is dropped in the middle is left for TCP, and TCP for the socket", async () => {
  const { narrow, tool, console } = await openBehind({});
  expect(tool.session.way).toBe("udp");
  const told = await cutAndComeBack(tool, console, () => {
    narrow.lets.udp = false;
  });
  expect(told).toEqual([reconnecting, controlledBy]);
  expect(tool.session.way).toBe("tcp");
  await expectEverythingThrough(tool, console);
  await cutAndComeBack(tool, console, () => {
    narrow.lets.tcp = false;
  });
  expect(tool.session.way).toBe("socket");
  await expectEverythingThrough(tool, console);
  // By the relay's tickets alone.
  expect(tool.asked).toHaveLength(1);
});

test("UDP that comes no more from the relay, though it still goes there, is left for TCP long before ICE says so", async () => {
  const { narrow, tool, console } = await openBehind({});
  const cutAtMs = performance.now();
  const told = await cutAndComeBack(tool, console, () => {
    narrow.lets.udpToTool = false;
  });
  expect(performance.now() - cutAtMs).toBeLessThan(10_000);
  expect(told).toEqual([reconnecting, controlledBy]);
  expect(tool.session.way).toBe("tcp");
  await expectEverythingThrough(tool, console);
});

test("a socket that falls silent for a while is back by itself", async () => {
  const { narrow, tool, console } = await openBehind({});
  await cutAndComeBack(tool, console, () => {
    narrow.lets.socket = false;
    void until("the customer is told", () => tool.window.last === reconnecting).then(() =>
      narrow.mendSocket(),
    );
  });
  await expectEverythingThrough(tool, console);
});

test("a network that does not come back while the session lasts is the end, and is said", async () => {
  const { narrow, tool } = await openBehind({}, { reconnectWindowMs: 1_000 });
  narrow.goAway();
  await expect(tool.outcome).rejects.toMatchObject({ kind: "connectionLost" });
  expect(tool.window.last).toBe(reconnecting);
  expect(tool.machine.held.size).toBe(0);
});

test("after the relay's worker has died everybody is back in the same session", async () => {
  const { relay, tool, console } = await openBehind({});
  console.say({ type: "key", code: "KeyA", down: true });
  await until("the key is down", () => tool.machine.held.size === 1);
  for (const pid of relay.relay.workerPids) process.kill(pid, "SIGKILL");
  await until("the key comes up", () => tool.machine.held.size === 0);
  await until("the worker is replaced", () => relay.relay.workerPids.length === 1);
  await stage.join(relay, "customer");
  const again = await stage.openConsole(relay);
  await untilControlled(tool, again);
  await expectEverythingThrough(tool, again);
});
