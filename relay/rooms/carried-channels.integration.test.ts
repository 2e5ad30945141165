import { beforeAll, describe, expect, test } from "vitest";
import type { ChannelLabel } from "@/protocol/data-channels";
import { closeCodes } from "@/protocol/signalling";
import type { SignallingClient } from "../testing/signalling-client";
import { TestRelay } from "../testing/test-relay";
import { EVERYTHING } from "../testing/token-signer";
import { until } from "../testing/until";

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

async function openSession() {
  const session = await relay.openSession(EVERYTHING);
  const tool = await relay.joinSignalling(session.sessionId, "tool");
  await tool.request("carryChannels", {});
  return { ...session, tool };
}

const arrivedOn = (tool: SignallingClient, label: ChannelLabel) =>
  tool.carried.flatMap((one) => (one.label === label ? [one.data] : []));

test("a tool without transports is controlled over its socket, behind the same gates", async () => {
  const { operator, customer, tool } = await openSession();
  const control = await operator.sendOn("control");
  const motion = await operator.sendOn("motion");
  const clipboard = await operator.sendOn("clipboard");
  const settle = async (marker: string) => {
    clipboard.send(marker);
    await until(`${marker} arrives`, () => arrivedOn(tool, "clipboard").includes(marker));
  };
  control.send("granted");
  motion.send("granted");
  await settle("1");
  await customer.client.request("setPermissions", { permissions: { ...EVERYTHING, control: false } });
  control.send("revoked");
  motion.send("revoked");
  await settle("2");
  await customer.client.request("setPermissions", { permissions: EVERYTHING });
  control.send("granted again");
  await settle("3");
  expect(arrivedOn(tool, "control")).toEqual(["granted", "granted again"]);
  expect(arrivedOn(tool, "motion")).toEqual(["granted"]);
  // It was never asked to open anything.
  expect(tool.notifications.map(({ event }) => event)).not.toContain("newDataConsumer");
});

test("what it sends reaches whom it is for, behind the same gates, and the longest clipboard fits both ways", async () => {
  const { operator, customer, tool } = await openSession();
  const down = await operator.sendOn("clipboard");
  const state = [await operator.receiveOn("tool"), await customer.receiveOn("tool")];
  const clipboard = await operator.receiveOn("clipboard");
  tool.carry("tool", "ready");
  await until("both sides hear it", () => state.every((texts) => texts.includes("ready")));

  await customer.client.request("setPermissions", { permissions: { ...EVERYTHING, clipboard: false } });
  tool.carry("clipboard", "revoked");
  tool.carry("tool", "paused");
  await until("the state arrives", () => state.every((texts) => texts.includes("paused")));
  await customer.client.request("setPermissions", { permissions: EVERYTHING });
  const long = JSON.stringify({ type: "text", text: '"あ\n'.repeat(20_000) });
  tool.carry("clipboard", long);
  down.send(long);
  await until("both arrive", () => clipboard.length > 0 && arrivedOn(tool, "clipboard").length > 0);
  expect(clipboard).toEqual([long]);
  expect(arrivedOn(tool, "clipboard")).toEqual([long]);
});

test("it takes control back over the socket, and nothing passes afterwards", async () => {
  const { operator, customer, tool } = await openSession();
  const control = await operator.sendOn("control");
  await tool.request("revokeControl", {});
  await customer.client.notified("permissionsChanged");
  control.send("revoked");
  await customer.client.request("setPermissions", { permissions: { ...EVERYTHING, clipboard: false } });
  control.send("granted");
  await until("it arrives", () => arrivedOn(tool, "control").includes("granted"));
  expect(arrivedOn(tool, "control")).toEqual(["granted"]);
});

test("a second tool that is carried hears what the first one heard", async () => {
  const { sessionId, operator } = await openSession();
  const control = await operator.sendOn("control");
  const later = await relay.joinSignalling(sessionId, "tool");
  await later.request("carryChannels", {});
  await later.request("carryChannels", {});
  control.send("to whoever is there");
  await until("it arrives", () => arrivedOn(later, "control").length > 0);
  expect(arrivedOn(later, "control")).toEqual(["to whoever is there"]);
});

test("one that gives its transports up gets on over the socket", async () => {
  const { sessionId, operator } = await relay.openSession(EVERYTHING);
  const control = await operator.sendOn("control");
  const { client } = await relay.join(sessionId, "tool");
  await client.notified("newDataConsumer", ({ label }) => label === "control");
  await client.request("carryChannels", {});
  control.send("hello");
  await until("it arrives", () => arrivedOn(client, "control").includes("hello"));
  await expect(
    client.request("produceData", { label: "tool", sctpStreamParameters: { streamId: 7, ordered: true } }),
  ).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

describe("a socket that sends what it may not is closed", () => {
  const refusal = async (client: SignallingClient, code: string) =>
    expect(await client.closedBy()).toEqual({ code: closeCodes.refused, reason: code });

  test.each(["control", "motion", "file", "chat", "consent"] as const)("on the channel %s", async (label) => {
    const { tool } = await openSession();
    tool.carry(label, "{}");
    await refusal(tool, "PERMISSION_DENIED");
  });

  test("on no channel", async () => {
    const { tool } = await openSession();
    tool.webSocket.send(JSON.stringify({ type: "message", label: "anything", data: "{}" }));
    await refusal(tool, "MESSAGE_MALFORMED");
  });

  test("with more than the channel takes", async () => {
    const { tool } = await openSession();
    tool.carry("tool", "x".repeat(16_385));
    await refusal(tool, "MESSAGE_TOO_LARGE");
  });

  test("all the time", async () => {
    const { tool } = await openSession();
    for (let sent = 0; sent < 1_000; sent += 1) tool.carry("tool", "{}");
    await refusal(tool, "MESSAGE_TOO_OFTEN");
  });

  test("without being carried", async () => {
    const { sessionId, operator } = await relay.openSession(EVERYTHING);
    await expect(operator.client.request("carryChannels", {})).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    operator.client.carry("control", "{}");
    await refusal(operator.client, "BAD_REQUEST");
    const tool = await relay.joinSignalling(sessionId, "tool");
    tool.carry("tool", "{}");
    await refusal(tool, "BAD_REQUEST");
  });

  test("before it has joined", async () => {
    const stranger = await relay.connect();
    stranger.carry("tool", "{}");
    await refusal(stranger, "UNAUTHENTICATED");
  });
});

test("an operator who floods a carried tool is held up in the worker, and heard again afterwards", async () => {
  const { operator, tool } = await openSession();
  const control = await operator.sendOn("control");
  for (let sent = 0; sent < 3_000; sent += 1) control.send(`${sent}`);
  await until("the channel flows again", () => {
    control.send("afterwards");
    return arrivedOn(tool, "control").includes("afterwards");
  });
  expect(arrivedOn(tool, "control").filter((text) => text !== "afterwards").length).toBeLessThan(1_500);
  expect(tool.closed).toBeUndefined();
});
