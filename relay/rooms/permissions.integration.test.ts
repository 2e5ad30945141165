import { beforeAll, describe, expect, test } from "vitest";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import type { NativePeer } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

const withoutPointer = { ...CONSENTED_PERMISSIONS, pointer: false };

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

/** An operator who points and talks, and what arrives of it at the customer. */
async function openChannels(operator: NativePeer, customer: NativePeer) {
  const chat = await operator.sendOn("chat");
  const pointer = await operator.sendOn("pointer");
  const annotation = await operator.sendOn("annotation");
  const arrived = {
    chat: await customer.receiveOn("chat"),
    pointer: await customer.receiveOn("pointer"),
    annotation: await customer.receiveOn("annotation"),
  };
  /** Whatever was sent before has arrived, or never will: all channels share one association. */
  const settle = async (marker: string) => {
    chat.send(marker);
    await until(`${marker} arrives`, () => arrived.chat.includes(marker));
  };
  return { chat, pointer, annotation, arrived, settle };
}

describe("the customer's permission", () => {
  test("to point stops and lets through the operator's messages", async () => {
    const { operator, customer } = await relay.openSession();
    const { pointer, annotation, arrived, settle } = await openChannels(operator, customer);
    pointer.send("granted");
    annotation.send("granted");
    await settle("1");

    await customer.client.request("setPermissions", { permissions: withoutPointer });
    pointer.send("revoked");
    annotation.send("revoked");
    await settle("2");

    await customer.client.request("setPermissions", { permissions: CONSENTED_PERMISSIONS });
    pointer.send("granted again");
    annotation.send("granted again");
    await settle("3");

    expect(arrived.pointer).toEqual(["granted", "granted again"]);
    expect(arrived.annotation).toEqual(["granted", "granted again"]);
    expect(arrived.chat).toEqual(["1", "2", "3"]);
  });

  test("is known to both sides and to the management server", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    await customer.client.request("setPermissions", { permissions: withoutPointer });
    for (const { client } of [operator, customer]) {
      expect(await client.notified("permissionsChanged")).toMatchObject({ permissions: withoutPointer });
    }
    const report = await until("it is reported", () =>
      relay.management.reportsOf(sessionId).find(({ type }) => type === "permissions_changed"),
    );
    expect(report).toMatchObject({ sessionId, permissions: withoutPointer });
  });

  test("holds from the first message on when the token does not grant it", async () => {
    const { operator, customer } = await relay.openSession(withoutPointer);
    const { pointer, arrived, settle } = await openChannels(operator, customer);
    pointer.send("too early");
    await settle("1");
    expect(arrived.pointer).toEqual([]);
  });

  test("outlives the tokens: a later one cannot bring back what was revoked", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    await customer.client.request("setPermissions", { permissions: withoutPointer });
    operator.client.leave();
    const returned = await relay.join(sessionId, "operator", CONSENTED_PERMISSIONS);
    expect(returned.joined.permissions).toEqual(withoutPointer);
    const { pointer, arrived, settle } = await openChannels(returned, customer);
    pointer.send("still revoked");
    await settle("1");
    expect(arrived.pointer).toEqual([]);
  });

  test("is the customer's alone to give", async () => {
    const { operator, customer } = await relay.openSession(withoutPointer);
    await expect(
      operator.client.request("setPermissions", { permissions: CONSENTED_PERMISSIONS }),
    ).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    const { pointer, arrived, settle } = await openChannels(operator, customer);
    pointer.send("helped myself");
    await settle("1");
    expect(arrived.pointer).toEqual([]);
  });
});

describe("a channel", () => {
  test("is sent on by its senders only", async () => {
    const { operator, customer } = await relay.openSession();
    await expect(customer.sendOn("pointer")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    await expect(customer.sendOn("annotation")).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    const chat = await customer.sendOn("chat");
    const arrived = await operator.receiveOn("chat");
    chat.send("hello");
    await until("it arrives", () => arrived.includes("hello"));
  });

  test.each([
    ["pointer", { ordered: true }],
    ["pointer", { ordered: false }],
    ["pointer", { ordered: false, maxRetransmits: 3 }],
    ["pointer", { ordered: false, maxPacketLifeTime: 100 }],
    ["chat", { ordered: false, maxRetransmits: 0 }],
  ] as const)("%s with another delivery (%j) is refused", async (label, delivery) => {
    const { operator } = await relay.openSession();
    await expect(
      operator.client.request("produceData", { label, sctpStreamParameters: { streamId: 7, ...delivery } }),
    ).rejects.toMatchObject({ code: "MESSAGE_MALFORMED" });
  });

  test("opened anew takes the place of the first", async () => {
    const { operator, customer } = await relay.openSession();
    await operator.sendOn("chat");
    await customer.receiveOn("chat");
    const second = await operator.sendOn("chat");
    await customer.client.notified("dataConsumerClosed");
    const arrived = await customer.receiveOn("chat");
    second.send("second");
    await until("the second arrives", () => arrived.includes("second"));
    expect(arrived).toEqual(["second"]);
  });

  test("reaches nobody but the other side of its session", async () => {
    const [one, two] = [await relay.openSession(), await relay.openSession()];
    const a = await openChannels(one.operator, one.customer);
    const b = await openChannels(two.operator, two.customer);
    a.pointer.send("one");
    b.pointer.send("two");
    await a.settle("one");
    await b.settle("two");
    expect(a.arrived).toEqual({ chat: ["one"], pointer: ["one"], annotation: [] });
    expect(b.arrived).toEqual({ chat: ["two"], pointer: ["two"], annotation: [] });
  });
});
