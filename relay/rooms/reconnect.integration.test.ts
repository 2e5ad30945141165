import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { closeCodes, SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { bindingRequest } from "../testing/binding-request";
import type { SignallingClient } from "../testing/signalling-client";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

const WINDOW_MS = 1_500;
const DEAD_AFTER_MS = 2_000;
const EVERYTHING = { view: true, pointer: true, control: true, clipboard: true, file: true };

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start({
    limits: {
      reconnectWindowMs: WINDOW_MS,
      pingIntervalMs: 100,
      silentAfterMs: 300,
      deadAfterMs: DEAD_AFTER_MS,
    },
  });
  return () => relay.stop();
});

async function expectNothingLeft(): Promise<void> {
  for (const name of ["sessions", "peers", "transports", "connections"]) await relay.untilMetric(name, 0);
}

describe("a side that goes away", () => {
  test("has its window; then the session is lost, although the other side is there", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    customer.client.leave();
    const { endsInMs } = await operator.client.notified("otherLeft");
    expect(endsInMs).toBeGreaterThan(WINDOW_MS - 500);
    expect(endsInMs).toBeLessThanOrEqual(WINDOW_MS);
    expect(await operator.client.notified("sessionEnded")).toMatchObject({ reason: "connection_lost" });
    expect(await operator.client.closedBy()).toEqual({
      code: closeCodes.sessionEnded,
      reason: "connection_lost",
    });
    const report = await until("the end is reported", () =>
      relay.management.reportsOf(sessionId).find(({ type }) => type === "session_ended"),
    );
    expect(report).toMatchObject({ reason: "connection_lost" });
    await expectNothingLeft();
  });

  test("and comes back has the whole window again the next time", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    customer.client.leave();
    const first = await operator.client.notified("otherLeft");
    const again = await relay.join(sessionId, "customer");
    expect(again.joined).toMatchObject({ otherPresent: true, otherEndsInMs: null });
    await operator.client.notified("otherJoined");
    again.client.leave();
    const second = await operator.client.notified("otherLeft");
    expect(second.endsInMs).toBeGreaterThan(WINDOW_MS - 500);
    expect(first.endsInMs).toBeLessThanOrEqual(WINDOW_MS);
    expect(relay.management.reportsOf(sessionId).map(({ type }) => type)).not.toContain("session_ended");
  });

  test("is waited for by one that joins meanwhile, who learns for how long", async () => {
    const client = await relay.connect();
    const joined = await client.join(await relay.signer.join({ sessionId: randomUUID(), role: "operator" }));
    expect(joined).toMatchObject({ otherPresent: false, reconnectWindowMs: WINDOW_MS });
    expect(joined.otherEndsInMs).toBeGreaterThan(0);
    expect(joined.otherEndsInMs).toBeLessThanOrEqual(WINDOW_MS);
  });
});

describe("a side of which nothing is heard", () => {
  test("counts as away, keeps what it has, and goes on with it when it is heard again", async () => {
    const sessionId = randomUUID();
    const operator = await relay.joinSignalling(sessionId, "operator");
    const customer = await relay.joinSignalling(sessionId, "customer");
    await operator.notified("otherJoined");
    customer.webSocket.pause();
    const { endsInMs } = await operator.notified("otherLeft");
    expect(endsInMs).toBeGreaterThan(0);
    expect(await relay.metric("transports")).toBe(4);
    const late = await relay.connect();
    const observerToken = await relay.signer.observe({
      sessionId,
      observer: { observerId: randomUUID(), name: "A supervisor" },
    });
    expect((await late.join(observerToken)).otherPresent).toBe(false);
    customer.webSocket.resume();
    await operator.notified("otherJoined");
    await customer.request("ping", {});
    expect(customer.closed).toBeUndefined();
  });

  test("is given up in the end, and its session with it", async () => {
    const sessionId = randomUUID();
    const operator = await relay.joinSignalling(sessionId, "operator");
    const customer = await relay.joinSignalling(sessionId, "customer");
    customer.webSocket.pause();
    // Away since it fell silent, not only since its connection was given up.
    expect(await operator.closedBy()).toMatchObject({ reason: "connection_lost" });
    customer.webSocket.resume();
    await expectNothingLeft();
  });

  test("is not away while its media flows", async () => {
    const { operator, customer } = await relay.openSession();
    const chat = await customer.sendOn("chat");
    const arrived = await operator.receiveOn("chat");
    const pausedAtMs = performance.now();
    customer.client.webSocket.pause();
    const sending = setInterval(() => {
      try {
        chat.send("still here");
      } catch {
        // The relay has closed the transport, a moment before it tells the operator.
        clearInterval(sending);
      }
    }, 20);
    try {
      await operator.client.notified("otherLeft");
    } finally {
      clearInterval(sending);
    }
    // Only when its socket was given up; without media that takes a third of the time.
    expect(performance.now() - pausedAtMs).toBeGreaterThan(DEAD_AFTER_MS * 0.8);
    expect(arrived.length).toBeGreaterThan(10);
  });
});

describe("a ticket", () => {
  const version = { protocolVersion: SIGNALLING_PROTOCOL_VERSION };

  async function joinWithTicket(): Promise<{ sessionId: string; ticket: string; client: SignallingClient }> {
    const sessionId = randomUUID();
    const client = await relay.connect();
    const { ticket } = await client.join(await relay.signer.join({ sessionId, role: "customer" }));
    if (ticket === null) throw new Error("a side gets a ticket");
    return { sessionId, ticket, client };
  }

  test("brings a side back into its place, with the next ticket, and works once", async () => {
    const { sessionId, ticket, client } = await joinWithTicket();
    await client.request("setPermissions", { permissions: EVERYTHING });
    const again = await relay.connect();
    const joined = await again.request("join", { ...version, ticket });
    expect(joined).toMatchObject({ sessionId, role: "customer", permissions: EVERYTHING });
    expect(await client.closedBy()).toMatchObject({ code: closeCodes.replaced });
    const replay = await relay.connect();
    await expect(replay.request("join", { ...version, ticket })).rejects.toMatchObject({
      code: "TOKEN_INVALID",
    });
    const third = await relay.connect();
    await third.request("join", { ...version, ticket: joined.ticket ?? "" });
    expect(await again.closedBy()).toMatchObject({ code: closeCodes.replaced });
  });

  test("is void when the side has joined by token since, or the session has ended", async () => {
    const { sessionId, ticket } = await joinWithTicket();
    const other = await relay.connect();
    const joined = await other.join(await relay.signer.join({ sessionId, role: "customer" }));
    const late = await relay.connect();
    await expect(late.request("join", { ...version, ticket })).rejects.toMatchObject({
      code: "TOKEN_INVALID",
    });
    await other.request("endSession", {});
    const later = await relay.connect();
    await expect(later.request("join", { ...version, ticket: joined.ticket ?? "" })).rejects.toMatchObject({
      code: "TOKEN_INVALID",
    });
  });

  test("is not for observers", async () => {
    const { sessionId } = await joinWithTicket();
    const { peer } = await relay.observe(sessionId);
    expect(peer.joined.ticket).toBeNull();
  });
});

test("a ping is answered, to observers too, and is no refusal", async () => {
  const sessionId = randomUUID();
  const customer = await relay.joinSignalling(sessionId, "customer");
  const { peer } = await relay.observe(sessionId);
  for (const client of [customer, peer.client]) expect(await client.request("ping", {})).toEqual({});
  const stranger = await relay.connect();
  await expect(stranger.request("ping", {})).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

describe("fresh ICE parameters", () => {
  test("leave what flows alone until they are used", async () => {
    const { operator, customer } = await relay.openSession();
    const pointer = await operator.sendOn("pointer");
    const arrived = await customer.receiveOn("pointer");
    const { sendTransport, recvTransport } = operator.joined;
    for (const transport of [sendTransport, recvTransport]) {
      if (!transport) throw new Error("an operator has both");
      const { iceParameters } = await operator.client.request("restartIce", { transportId: transport.id });
      expect(iceParameters.usernameFragment).not.toBe(transport.iceParameters.usernameFragment);
    }
    pointer.send("after");
    await until("it arrives", () => arrived.includes("after"));
  });

  test("bring a transport that has lost its way to another address, with all that flows on it", async () => {
    const sessionId = randomUUID();
    const { peer: customer, bridges } = await relay.joinOverBridges(sessionId, "customer");
    const operator = await relay.join(sessionId, "operator");
    const chat = await customer.sendOn("chat");
    const arrived = await operator.receiveOn("chat");
    chat.send("before");
    await until("it arrives", () => arrived.includes("before"));
    const joins = await relay.metric("joins_total");
    const { sendTransport } = customer.joined;
    const [bridge] = bridges;
    if (!sendTransport || !bridge) throw new Error("a customer sends");

    await bridge.move();
    chat.send("on the way");
    await customer.client.request("ping", {});
    const { iceParameters } = await customer.client.request("restartIce", { transportId: sendTransport.id });
    // From nobody's address nothing is taken; the check with the fresh parameters, as a browser sends it then, makes it the peer's.
    expect(arrived).toEqual(["before"]);
    const { usernameFragment, password } = iceParameters;
    bridge.inject(bindingRequest(`${usernameFragment}:client`, { password }));
    await until("what was on the way arrives", () => arrived.includes("on the way"));
    expect(await relay.metric("joins_total")).toBe(joins);
  });
});

describe("a side that says over its socket that its media is lost", () => {
  test("counts as away until it takes that back, and keeps what it has", async () => {
    const sessionId = randomUUID();
    const operator = await relay.joinSignalling(sessionId, "operator");
    const customer = await relay.joinSignalling(sessionId, "customer");
    await operator.notified("otherJoined");
    await customer.request("ping", { isMediaLost: true });
    const { endsInMs } = await operator.notified("otherLeft");
    expect(endsInMs).toBeGreaterThan(0);
    // What else it asks for is no sign that its media is back.
    await customer.request("receive", { rtpCapabilities: { codecs: [] } });
    await customer.request("ping", { isMediaLost: true });
    expect(operator.notifications.map(({ event }) => event)).not.toContain("otherJoined");
    await customer.request("ping", {});
    await operator.notified("otherJoined");
    expect(await relay.metric("joins_total")).toBe(2);
  });
});

test("coming and going twenty times leaves nothing behind", async () => {
  const { sessionId, operator, customer } = await relay.openSession();
  for (let count = 0; count < 20; count += 1) await relay.joinSignalling(sessionId, "customer");
  expect(await customer.client.closedBy()).toMatchObject({ code: closeCodes.replaced });
  await relay.untilMetric("transports", 4);
  await operator.client.request("endSession", {});
  await expectNothingLeft();
});
