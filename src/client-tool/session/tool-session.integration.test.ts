import { afterEach, beforeEach, expect, test } from "vitest";
import { EVERYTHING } from "../../../relay/testing/token-signer";
import { until } from "../../../relay/testing/until";
import {
  controlledBy,
  messages,
  reconnecting,
  SessionStage,
  texts,
  untilControlled,
} from "../testing/session-stage";

/** No packet gets there (RFC 5737). */
const NOWHERE = "192.0.2.1";

let stage: SessionStage;

beforeEach(() => {
  stage = new SessionStage();
});

afterEach(() => stage.strike());

test("what the operator does arrives, and ends with the permission: nothing stays pressed", async () => {
  const { customer, tool, console } = await stage.open();
  expect(tool.session.way).toBe("udp");
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
  const { customer, tool, console } = await stage.open();
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
  const { tool, console } = await stage.open();
  console.clipboard({ type: "text", text: "from the operator" });
  await until("it is written", () => tool.machine.clipboard === "from the operator");
  tool.machine.clipboard = "お客様の文章";
  console.clipboard({ type: "ask" });
  await until("it is told", () => console.heard.some((text) => text.includes("お客様の文章")));
});

test("an operator who goes leaves nothing pressed, and who comes back begins anew", async () => {
  const { relay, tool, console } = await stage.open();
  for (let times = 0; times < 5; times++) console.move(0.1 * times, 0);
  console.say({ type: "button", button: 2, down: true, x: 0.5, y: 0.5 });
  await until("the button is down", () => tool.machine.held.size === 1);
  console.peer.client.leave();
  await until("it comes up", () => tool.machine.held.size === 0);
  const again = await stage.openConsole(relay);
  await untilControlled(tool, again);
  tool.machine.take();
  again.move(0.25, 0.5);
  await until("the first move counts", () => tool.machine.calls.includes("move 250,250"));
});

test("an operator who moves all the time while the tool joins is heard each time", async () => {
  const relay = await stage.startRelay();
  await stage.join(relay, "customer");
  const console = await stage.openConsole(relay);
  const moving = setInterval(() => console.move(0.25, 0.5), 1);
  try {
    for (let times = 0; times < 8; times++) {
      const tool = stage.startTool(() => relay);
      await untilControlled(tool, console);
      await until("a move arrives", () => tool.machine.calls.includes("move 250,250"), 5_000);
      tool.session.close();
      await tool.outcome;
      console.heard.length = 0;
    }
  } finally {
    clearInterval(moving);
  }
});

test("a relay that dies is left for another one, in the same session", async () => {
  const first = await stage.startRelay();
  const second = await stage.startRelay({ beside: first });
  await stage.join(first, "customer");
  let current = first;
  const tool = stage.startTool(() => current);
  const console = await stage.openConsole(first);
  await untilControlled(tool, console);
  console.say({ type: "key", code: "KeyA", down: true });
  await until("the key is down", () => tool.machine.held.size === 1);
  current = second;
  await first.relay.close();
  await until("the key comes up", () => tool.machine.held.size === 0);
  expect(tool.window.shown).toContain(reconnecting);
  await stage.join(second, "customer");
  const again = await stage.openConsole(second);
  await untilControlled(tool, again);
  again.say({ type: "key", code: "KeyB", down: true });
  await until("the key is down", () => tool.machine.held.has("KeyB"));
});

test("a tool that only lost its connection comes back by its ticket", async () => {
  const { tool, console } = await stage.open();
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
  const { customer, tool, console } = await stage.open(
    { environment: { RELAY_ANNOUNCED_ADDRESS: NOWHERE } },
    { timing: { transportsTimeoutMs: 300 } },
  );
  expect(tool.session.way).toBe("socket");
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
  const { tool, console } = await stage.open();
  console.say({ type: "key", code: "KeyA", down: true });
  await until("the key is down", () => tool.machine.held.size === 1);
  await console.peer.client.request("endSession", {});
  expect(await tool.outcome).toEqual({ by: "session", reason: "ended_by_operator" });
  expect(tool.machine.held.size).toBe(0);
});
