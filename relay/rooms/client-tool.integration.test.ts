import { beforeAll, describe, expect, test } from "vitest";
import type { ChannelLabel } from "@/protocol/data-channels";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { closeCodes, SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { type NativePeer, sentVideo } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { EVERYTHING } from "../testing/token-signer";
import { until } from "../testing/until";

/** The Client Tool on transports of its own; carried-channels.integration.test.ts has the one that is carried. */

const withoutControl = { ...EVERYTHING, control: false };
const withoutClipboard = { ...EVERYTHING, clipboard: false };

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

async function openSession(permissions = EVERYTHING) {
  const session = await relay.openSession(permissions);
  return { ...session, tool: await relay.join(session.sessionId, "tool", permissions) };
}

/** The same without media, for what only the signalling decides. */
async function openSignalling() {
  const { sessionId, ...sides } = await relay.openSession(EVERYTHING);
  const tool = await relay.joinSignalling(sessionId, "tool", EVERYTHING);
  return { sessionId, ...sides, tool };
}

/** Which channels somebody has been shown and has not opened. */
function shown({ client }: NativePeer): ChannelLabel[] {
  return client.notifications.flatMap((one) => (one.event === "newDataConsumer" ? [one.label] : []));
}

describe("the operator's control", () => {
  test("passes to the tool alone, and only while it is granted", async () => {
    const { operator, customer, tool } = await openSession();
    const control = await operator.sendOn("control");
    const motion = await operator.sendOn("motion");
    const clipboard = await operator.sendOn("clipboard");
    const arrived = {
      control: await tool.receiveOn("control"),
      motion: await tool.receiveOn("motion"),
      clipboard: await tool.receiveOn("clipboard"),
    };
    /** Whatever was sent before has arrived, or never will: all channels share one association. */
    const settle = async (marker: string) => {
      clipboard.send(marker);
      await until(`${marker} arrives`, () => arrived.clipboard.includes(marker));
    };
    control.send("granted");
    motion.send("granted");
    await settle("1");

    await customer.client.request("setPermissions", { permissions: withoutControl });
    control.send("revoked");
    motion.send("revoked");
    await settle("2");

    await customer.client.request("setPermissions", { permissions: EVERYTHING });
    control.send("granted again");
    await settle("3");

    expect(arrived.control).toEqual(["granted", "granted again"]);
    expect(arrived.motion).toEqual(["granted"]);
    expect(shown(customer)).toEqual([]);
  });

  test("does not pass while the customer's page is gone: nobody is there to see it", async () => {
    const { sessionId, operator, customer, tool } = await openSession();
    const control = await operator.sendOn("control");
    const arrived = await tool.receiveOn("control");
    control.send("seen");
    await until("it arrives", () => arrived.includes("seen"));
    customer.client.leave();
    await tool.client.notified("customerPresence", (one) => !one.isPresent);
    // An answer of the worker's comes after what was asked of it before.
    await operator.sendOn("motion");
    control.send("unseen");

    await relay.joinSignalling(sessionId, "customer", EVERYTHING);
    await tool.client.notified("customerPresence", (one) => one.isPresent);
    control.send("seen again");
    await until("it arrives", () => arrived.includes("seen again"));
    expect(arrived).toEqual(["seen", "seen again"]);
  });

  test("waits for the customer's page also when the tool comes later", async () => {
    const { sessionId, operator, customer } = await relay.openSession(EVERYTHING);
    customer.client.leave();
    await operator.client.notified("otherLeft");
    const tool = await relay.join(sessionId, "tool", EVERYTHING);
    await tool.client.notified("customerPresence", (one) => !one.isPresent);
    const control = await operator.sendOn("control");
    const arrived = await tool.receiveOn("control");
    control.send("unseen");
    await relay.joinSignalling(sessionId, "customer", EVERYTHING);
    await tool.client.notified("customerPresence", (one) => one.isPresent);
    control.send("seen");
    await until("it arrives", () => arrived.length > 0);
    expect(arrived).toEqual(["seen"]);
  });

  test("is taken back by the tool, and the clipboard with it, for everybody to hear", async () => {
    const { sessionId, operator, customer, tool } = await openSession();
    const control = await operator.sendOn("control");
    const clipboard = await tool.sendOn("clipboard");
    const state = await tool.sendOn("tool");
    const arrived = {
      control: await tool.receiveOn("control"),
      clipboard: await operator.receiveOn("clipboard"),
      state: await operator.receiveOn("tool"),
    };
    await tool.client.request("revokeControl", {});
    const permissions = { ...EVERYTHING, control: false, clipboard: false };
    for (const { client } of [operator, customer, tool]) {
      expect(await client.notified("permissionsChanged")).toMatchObject({ permissions });
    }
    control.send("revoked");
    clipboard.send("revoked");
    state.send("still heard");
    await until("the state arrives", () => arrived.state.includes("still heard"));
    expect(arrived.clipboard).toEqual([]);

    await customer.client.request("setPermissions", { permissions: EVERYTHING });
    control.send("granted again");
    await until("it arrives", () => arrived.control.includes("granted again"));
    expect(arrived.control).toEqual(["granted again"]);

    const [first, second] = await until("both are reported", () => {
      const reports = relay.management
        .reportsOf(sessionId)
        .filter(({ type }) => type === "permissions_changed");
      return reports.length === 2 ? reports : undefined;
    });
    expect(first).toMatchObject({ permissions, by: "tool" });
    expect(second).not.toHaveProperty("by");
  });

  test("is declined in the tool before it began: both sides hear why, and a later end is none of that", async () => {
    const { sessionId, operator, customer } = await relay.openSession(EVERYTHING);
    const tool = await relay.connect();
    // In one piece, as the tool says it.
    const joined = tool.join(await relay.signer.join({ sessionId, role: "tool", permissions: EVERYTHING }));
    await Promise.all([joined, tool.request("revokeControl", { isDeclined: true })]);
    for (const { client } of [operator, customer]) {
      expect(await client.notified("permissionsChanged")).toMatchObject({
        permissions: { control: false, clipboard: false },
        isDeclined: true,
      });
    }
    await customer.client.request("setPermissions", { permissions: EVERYTHING });
    await tool.request("revokeControl", {});
    const { isDeclined } = await operator.client.notified(
      "permissionsChanged",
      ({ permissions }) => !permissions.control,
    );
    expect(isDeclined).toBe(false);
  });

  test("is not the operator's to take back or to give, and taking back what was not granted changes nothing", async () => {
    const { operator, customer, tool } = await openSignalling();
    const denied = { code: "PERMISSION_DENIED" };
    await expect(operator.client.request("revokeControl", {})).rejects.toMatchObject(denied);
    await customer.client.request("revokeControl", {});
    await tool.request("revokeControl", {});
    await customer.client.request("setPermissions", { permissions: CONSENTED_PERMISSIONS });
    const changes = () => tool.notifications.filter(({ event }) => event === "permissionsChanged");
    await until("the last change is heard", () => changes().length >= 2);
    expect(changes()).toMatchObject([
      { permissions: { control: false, clipboard: false, file: true } },
      { permissions: CONSENTED_PERMISSIONS },
    ]);
  });
});

test("the clipboard passes in neither direction without the customer's permission", async () => {
  const { operator, customer, tool } = await openSession(withoutClipboard);
  const down = await operator.sendOn("clipboard");
  const up = await tool.sendOn("clipboard");
  const control = await operator.sendOn("control");
  const state = await tool.sendOn("tool");
  const atTool = { clipboard: await tool.receiveOn("clipboard"), control: await tool.receiveOn("control") };
  const atOperator = {
    clipboard: await operator.receiveOn("clipboard"),
    state: await operator.receiveOn("tool"),
  };
  const settle = async (marker: string) => {
    control.send(marker);
    state.send(marker);
    await until(
      `${marker} arrives`,
      () => atTool.control.includes(marker) && atOperator.state.includes(marker),
    );
  };
  down.send("too early");
  up.send("too early");
  await settle("1");
  await customer.client.request("setPermissions", { permissions: EVERYTHING });
  const long = "あ".repeat(60_000);
  down.send(long);
  up.send(long);
  await until("both arrive", () => atTool.clipboard.length === 1 && atOperator.clipboard.length === 1);
  expect(atTool.clipboard).toEqual([long]);
  expect(atOperator.clipboard).toEqual([long]);
  expect(shown(customer)).not.toContain("clipboard");
});

describe("what the tool says of itself", () => {
  test("reaches both sides, and no observer", async () => {
    const { sessionId, operator, customer, tool } = await openSession();
    const { peer: observer } = await relay.observe(sessionId);
    const state = await tool.sendOn("tool");
    const arrived = [await operator.receiveOn("tool"), await customer.receiveOn("tool")];
    state.send("ready");
    await until("both hear it", () => arrived.every((texts) => texts.includes("ready")));
    expect(shown(observer)).toEqual([]);
  });

  test.each(["operator", "customer"] as const)("cannot be forged by the %s", async (role) => {
    const { [role]: side } = await openSignalling();
    await expect(side.sendOn("tool")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

test("the customer's page sends nothing that only the operator or the tool may", async () => {
  const { customer } = await openSignalling();
  for (const label of ["control", "motion", "clipboard"] as const) {
    await expect(customer.sendOn(label)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  }
});

test("the tool gets no picture and no words, and asks for nothing that is not its own", async () => {
  const { operator, customer, tool } = await openSession();
  await customer.client.request("produce", { rtpParameters: sentVideo, source: "screen" });
  await operator.client.notified("newConsumer");
  for (const label of ["chat", "pointer", "annotation", "picture", "consent"] as const) {
    await operator.sendOn(label);
    await customer.receiveOn(label);
  }
  await operator.sendOn("control");
  await tool.receiveOn("control");
  expect(shown(tool)).toEqual([]);
  expect(tool.client.notifications.map(({ event }) => event)).not.toContain("newConsumer");

  const { client } = tool;
  const requests = [
    client.request("produce", { rtpParameters: sentVideo, source: "screen" }),
    client.request("setPermissions", { permissions: EVERYTHING }),
    client.request("endSession", {}),
    client.request("openBulkTransports", {}),
    client.request("resumeConsumer", { consumerId: "x" }),
  ];
  for (const request of requests) await expect(request).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  const foreign: ChannelLabel[] = ["file", "control", "motion", "chat", "consent", "pointer", "picture"];
  for (const label of foreign) {
    await expect(tool.sendOn(label)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  }
});

describe("the tool's presence", () => {
  test("is told to both sides, at its coming and going and at theirs, and to the management server", async () => {
    const { sessionId, operator, customer } = await relay.openSession(EVERYTHING);
    expect(operator.joined.toolPresent).toBe(false);
    const tool = await relay.joinSignalling(sessionId, "tool");
    const hear = (isPresent: boolean) =>
      Promise.all(
        [operator, customer].map(({ client }) =>
          client.notified("toolPresence", (one) => one.isPresent === isPresent),
        ),
      );
    await hear(true);
    const again = await relay.join(sessionId, "operator");
    expect(again.joined.toolPresent).toBe(true);
    tool.leave();
    await Promise.all(
      [again, customer].map(({ client }) => client.notified("toolPresence", (one) => !one.isPresent)),
    );
    const types = () => relay.management.reportsOf(sessionId).map(({ type }) => type);
    await until("both are reported", () => types().includes("tool_left") && types().includes("tool_joined"));
    expect(types()).not.toContain("session_ended");
  });

  test("keeps no session alive: a side that leaves is missed all the same", async () => {
    const { operator, customer } = await openSignalling();
    customer.client.leave();
    expect((await operator.client.notified("otherLeft")).endsInMs).toBeGreaterThan(0);
  });

  test("opens no room: without its session's sides it has nowhere to go", async () => {
    await expect(relay.joinSignalling(crypto.randomUUID(), "tool")).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
  });

  test("ends with the session, and the reason is told", async () => {
    const { operator, tool } = await openSignalling();
    await operator.client.request("endSession", {});
    expect(await tool.notified("sessionEnded")).toMatchObject({ reason: "ended_by_operator" });
    expect(await tool.closedBy()).toEqual({ code: closeCodes.sessionEnded, reason: "ended_by_operator" });
  });
});

test("a later tool takes the place of the earlier one, which cannot come back with its ticket", async () => {
  const { sessionId, operator } = await relay.openSession(EVERYTHING);
  const connection = await relay.connect();
  const { ticket } = await connection.join(await relay.signer.join({ sessionId, role: "tool" }));
  const later = await relay.joinSignalling(sessionId, "tool");
  expect(await connection.closedBy()).toMatchObject({ code: closeCodes.replaced });
  expect(operator.client.notifications.filter(({ event }) => event === "toolPresence")).not.toContainEqual(
    expect.objectContaining({ isPresent: false }),
  );
  const back = await relay.connect();
  const comeBack = { protocolVersion: SIGNALLING_PROTOCOL_VERSION, ticket: ticket ?? "" };
  await expect(back.request("join", comeBack)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
  expect(later.closed).toBeUndefined();
});

test("a tool whose network was gone comes back with its ticket", async () => {
  const { sessionId } = await relay.openSession(EVERYTHING);
  const first = await relay.connect();
  const { ticket } = await first.join(await relay.signer.join({ sessionId, role: "tool" }));
  first.leave();
  const back = await relay.connect();
  const joined = await back.request("join", {
    protocolVersion: SIGNALLING_PROTOCOL_VERSION,
    ticket: ticket ?? "",
  });
  expect(joined).toMatchObject({ sessionId, role: "tool" });
});
