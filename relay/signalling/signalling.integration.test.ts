import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { closeCodes, SIGNALLING_MAX_MESSAGE_BYTES, SIGNALLING_SUBPROTOCOL } from "@/protocol/signalling";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

describe("the way in", () => {
  test.each([
    ["from another site", { origin: "http://elsewhere.test" }, 403],
    ["without an origin", { origin: "" }, 403],
    ["without the subprotocol", { subprotocol: "" }, 426],
    ["with another subprotocol", { subprotocol: "chat" }, 426],
  ])("is closed to a WebSocket %s", async (_what, options, status) => {
    await expect(relay.connect(options)).rejects.toThrow(`refused with ${status}`);
  });

  test.each(["madoguchi.signalling.v0", "madoguchi.signalling.v2"])(
    "tells a page that speaks %s that it has another version, whatever that says first",
    async (subprotocol) => {
      for (const first of [
        { type: "request", method: "join", data: { anything: true } },
        { type: "request", method: "greet", data: {} },
      ]) {
        const page = await relay.connect({ subprotocol });
        expect(page.webSocket.protocol).toBe(subprotocol);
        expect(await page.requestRaw(first)).toEqual({ error: "PROTOCOL_VERSION" });
        expect(await page.closedBy()).toEqual({ code: closeCodes.refused, reason: "PROTOCOL_VERSION" });
      }
    },
  );

  test("is for this version also when a page offers several", async () => {
    const page = await relay.connect({ subprotocol: ["madoguchi.signalling.v2", SIGNALLING_SUBPROTOCOL] });
    expect(page.webSocket.protocol).toBe(SIGNALLING_SUBPROTOCOL);
  });

  test.each([0, 2])(
    "tells a page of version %i so, also when it says more than is known",
    async (version) => {
      const page = await relay.connect();
      const token = await relay.signer.join({ sessionId: randomUUID(), role: "customer" });
      const data = { protocolVersion: version, token, mood: "good" };
      expect(await page.requestRaw({ type: "request", method: "join", data })).toEqual({
        error: "PROTOCOL_VERSION",
      });
      expect(await page.closedBy()).toEqual({ code: closeCodes.refused, reason: "PROTOCOL_VERSION" });
    },
  );

  test("is at one path only", async () => {
    const { port } = relay.relay;
    const response = await fetch(`http://127.0.0.1:${port}/signalling/more`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: "NOT_FOUND" });
  });

  test("has room for so many who have not joined, by address", async () => {
    const small = await TestRelay.start({
      limits: { maxUnjoinedPerAddress: 2 },
      environment: { TRUSTED_PROXIES: "127.0.0.1" },
    });
    try {
      const from = (address: string) => small.connect({ headers: { "x-forwarded-for": address } });
      const first = await from("192.0.2.1");
      await from("192.0.2.1");
      await expect(from("192.0.2.1")).rejects.toThrow("refused with 429");
      // Another address has its own places; one who joins or leaves gives the place back.
      await from("192.0.2.2");
      await first.join(await small.signer.join({ sessionId: randomUUID(), role: "customer" }));
      const again = await from("192.0.2.1");
      await expect(from("192.0.2.1")).rejects.toThrow("refused with 429");
      again.leave();
      await until("the place is free again", () => from("192.0.2.1").catch(() => null));
    } finally {
      await small.stop();
    }
  });
});

describe("before joining", () => {
  test("a peer that never joins is sent away", async () => {
    const hasty = await TestRelay.start({ limits: { joinTimeoutMs: 50 } });
    try {
      const client = await hasty.connect();
      expect(await client.closedBy()).toEqual({ code: closeCodes.refused, reason: "UNAUTHENTICATED" });
    } finally {
      await hasty.stop();
    }
  });

  test("any other request is refused, and says nothing about its parameters", async () => {
    const client = await relay.connect();
    const answer = await client.requestRaw({ type: "request", method: "endSession", data: { a: 1 } });
    expect(answer).toEqual({ error: "UNAUTHENTICATED" });
    expect(await client.closedBy()).toEqual({ code: closeCodes.refused, reason: "UNAUTHENTICATED" });
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["without an id", JSON.stringify({ type: "request", method: "join", data: {} })],
    ["with an id that is none", JSON.stringify({ type: "request", id: "1", method: "join", data: {} })],
    ["a response", JSON.stringify({ type: "response", id: 1, ok: true, data: {} })],
    ["binary", Buffer.from("{}")],
  ])("a frame that is %s closes the connection", async (_what, frame) => {
    const client = await relay.connect();
    client.webSocket.send(frame);
    expect(await client.closedBy()).toEqual({ code: closeCodes.refused, reason: "MESSAGE_MALFORMED" });
  });

  test("an oversized frame closes the connection", async () => {
    const before = await relay.metric("refusals_total", "MESSAGE_TOO_LARGE");
    const client = await relay.connect();
    client.webSocket.send("x".repeat(SIGNALLING_MAX_MESSAGE_BYTES + 1));
    expect((await client.closedBy()).code).toBe(1009);
    await relay.untilMetric("refusals_total", before + 1, "MESSAGE_TOO_LARGE");
  });

  test("a flood closes the connection", async () => {
    const narrow = await TestRelay.start({ limits: { messageBurst: 10, messagesPerSecond: 1 } });
    try {
      const client = await narrow.joinSignalling(randomUUID(), "customer");
      for (let count = 0; count < 20; count += 1) {
        client.webSocket.send(
          JSON.stringify({ type: "request", id: 100 + count, method: "endless", data: {} }),
        );
      }
      expect(await client.closedBy()).toEqual({ code: closeCodes.refused, reason: "MESSAGE_TOO_OFTEN" });
    } finally {
      await narrow.stop();
    }
  });
});

describe("a joined peer", () => {
  test.each([
    ["an unknown method", { type: "request", method: "selfDestruct", data: {} }],
    ["an extra key in the envelope", { type: "request", method: "endSession", data: {}, role: "operator" }],
    ["an extra key in the data", { type: "request", method: "endSession", data: { sessionId: "other" } }],
    ["missing data", { type: "request", method: "endSession" }],
    ["data of another kind", { type: "request", method: "setPermissions", data: { permissions: "all" } }],
    [
      "unknown permissions",
      { type: "request", method: "setPermissions", data: { permissions: { view: true } } },
    ],
    [
      "bad DTLS parameters",
      {
        type: "request",
        method: "connectTransport",
        data: { transportId: "x", dtlsParameters: { fingerprints: [] } },
      },
    ],
  ])("is told of %s, and stays", async (_what, message) => {
    const client = await relay.joinSignalling(randomUUID(), "customer");
    expect(await client.requestRaw(message)).toEqual({ error: "MESSAGE_MALFORMED" });
    // Still there, and the session too.
    await client.request("endSession", {});
    expect((await client.closedBy()).code).toBe(closeCodes.sessionEnded);
  });

  test("finds only what is its own", async () => {
    const other = await relay.connect();
    const { recvTransport } = await other.join(
      await relay.signer.join({ sessionId: randomUUID(), role: "customer" }),
    );
    const client = await relay.joinSignalling(randomUUID(), "customer");
    const fingerprints = [{ algorithm: "sha-256" as const, value: "00:00" }];
    const transportId = recvTransport.id;
    const dtlsParameters = { fingerprints };
    const outcomes = await Promise.allSettled([
      client.request("connectTransport", { transportId, dtlsParameters }),
      client.request("restartIce", { transportId }),
      client.request("pauseProducer", { producerId: "x" }),
      client.request("closeProducer", { producerId: "x" }),
      client.request("resumeConsumer", { consumerId: "x" }),
      client.request("requestKeyFrame", { consumerId: "x" }),
    ]);
    const codes = outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code);
    expect(codes).toEqual(outcomes.map(() => "NOT_FOUND"));
  });

  test("cannot join once more over the same connection", async () => {
    const sessionId = randomUUID();
    const client = await relay.joinSignalling(sessionId, "customer");
    const token = await relay.signer.join({ sessionId, role: "operator" });
    await expect(client.join(token)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(client.closed).toBeUndefined();
  });

  test("gets fresh ICE parameters", async () => {
    const client = await relay.connect();
    const { recvTransport } = await client.join(
      await relay.signer.join({ sessionId: randomUUID(), role: "customer" }),
    );
    const { iceParameters } = await client.request("restartIce", { transportId: recvTransport.id });
    expect(iceParameters.usernameFragment).not.toBe(recvTransport.iceParameters.usernameFragment);
  });

  test("that does not answer pings is given up", async () => {
    const alert = await TestRelay.start({ limits: { pingIntervalMs: 100 } });
    try {
      const sessionId = randomUUID();
      const dead = await alert.joinSignalling(sessionId, "customer");
      const alive = await alert.joinSignalling(sessionId, "operator");
      // A paused socket reads nothing, so it answers nothing: as a machine that lost its network.
      dead.webSocket.pause();
      await alive.notified("otherLeft");
      expect(alive.closed).toBeUndefined();
    } finally {
      await alert.stop();
    }
  });
});
