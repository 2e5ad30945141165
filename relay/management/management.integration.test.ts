import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closeCodes, SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { TestRelay } from "../testing/test-relay";
import { TokenSigner } from "../testing/token-signer";
import { until } from "../testing/until";

describe("the heartbeat", () => {
  let relay: TestRelay;
  beforeEach(async () => {
    relay = await TestRelay.start();
    return () => relay.stop();
  });

  test("tells where the relay is and what it carries", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const chat = await customer.sendOn("chat");
    const arrived = await operator.receiveOn("chat");
    chat.send("x".repeat(10_000));
    await until("it arrives", () => arrived.length > 0);
    const heartbeat = await until("it is told", () =>
      // More than the handshakes alone, so it is a heartbeat from after the message.
      relay.management.heartbeats.find(({ sessions }) => (sessions[0]?.bytesForwarded ?? 0) > 10_000),
    );
    expect(heartbeat).toMatchObject({
      relayId: "relay-test",
      region: "default",
      protocolVersion: SIGNALLING_PROTOCOL_VERSION,
      publicUrl: `ws://127.0.0.1:${relay.relay.port}`,
      commandUrl: relay.httpUrl,
      state: "ready",
      workers: 1,
    });
    expect(heartbeat.load).toBeLessThanOrEqual(1);
    expect(heartbeat.sessions).toMatchObject([{ sessionId, present: ["operator", "customer"] }]);
  });

  test("brings back which sessions are over", async () => {
    const sessionId = randomUUID();
    const customer = await relay.joinSignalling(sessionId, "customer");
    relay.management.close = [{ sessionId, reason: "revoked" }];
    expect(await customer.closedBy()).toEqual({ code: closeCodes.sessionEnded, reason: "revoked" });
  });
});

describe("reports", () => {
  test("arrive in order, again until they are acknowledged, and a refused one does not hold up the rest", async () => {
    const relay = await TestRelay.start();
    try {
      const refused = randomUUID();
      const sessionId = randomUUID();
      relay.management.reportStatuses.push(503, 500, 404);
      await relay.joinSignalling(refused, "operator");
      const operator = await relay.joinSignalling(sessionId, "operator");
      await relay.joinSignalling(sessionId, "customer");
      await operator.request("endSession", {});
      await until("the end is reported", () => relay.management.reports.at(-1)?.type === "session_ended");
      expect(relay.management.reportCalls.slice(0, 3).map((event) => event.sessionId)).toEqual([
        refused,
        refused,
        refused,
      ]);
      expect(relay.management.reports.map(({ type }) => type)).toEqual([
        "peer_joined",
        "peer_joined",
        "peer_left",
        "peer_left",
        "session_ended",
      ]);
      expect(new Set(relay.management.reports.map((event) => event.sessionId))).toEqual(new Set([sessionId]));
      await relay.untilMetric("pending_reports", 0);
    } finally {
      await relay.stop();
    }
  });
});

describe("the command to close a session", () => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await TestRelay.start();
    return () => relay.stop();
  });

  async function command(sessionId: string, token: string | null, body: string = '{"reason":"revoked"}') {
    const response = await fetch(`${relay.httpUrl}/sessions/${sessionId}`, {
      method: "DELETE",
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      body,
    });
    return { status: response.status, text: await response.text() };
  }

  test("ends it for both sides, once", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const token = await relay.signer.command({ sessionId });
    expect(await command(sessionId, token)).toEqual({ status: 204, text: "" });
    for (const { client } of [operator, customer]) {
      expect(await client.closedBy()).toEqual({ code: closeCodes.sessionEnded, reason: "revoked" });
    }
    expect(await command(sessionId, token)).toEqual({ status: 401, text: '{"error":"TOKEN_REPLAYED"}' });
    expect(await command(sessionId, await relay.signer.command({ sessionId }))).toMatchObject({
      status: 204,
    });
  });

  test("also keeps out who has not come yet", async () => {
    const sessionId = randomUUID();
    expect(await command(sessionId, await relay.signer.command({ sessionId }))).toMatchObject({
      status: 204,
    });
    const late = await relay.connect();
    const token = await relay.signer.join({ sessionId, role: "customer" });
    await expect(late.join(token)).rejects.toMatchObject({ code: "SESSION_ENDED" });
  });

  test("needs a command token for this session and this relay", async () => {
    const sessionId = randomUUID();
    const customer = await relay.joinSignalling(sessionId, "customer");
    const refusals = [
      [null, 401, "UNAUTHENTICATED"],
      ["x", 401, "TOKEN_INVALID"],
      [await relay.signer.join({ sessionId, role: "operator" }), 401, "TOKEN_INVALID"],
      [await new TokenSigner().command({ sessionId }), 401, "TOKEN_INVALID"],
      [await relay.signer.command({ sessionId: randomUUID() }), 401, "TOKEN_INVALID"],
      [await relay.signer.command({ sessionId, relayId: "relay-2" }), 401, "TOKEN_WRONG_RELAY"],
      [await relay.signer.command({ sessionId, expiresIn: -10 }), 401, "TOKEN_EXPIRED"],
    ] as const;
    for (const [token, status, code] of refusals) {
      expect(await command(sessionId, token)).toEqual({ status, text: JSON.stringify({ error: code }) });
    }
    await customer.request("endSession", {});
    expect(await customer.closedBy()).toMatchObject({ reason: "stopped_by_customer" });
  });

  test("needs a reason, and not more than that", async () => {
    const sessionId = randomUUID();
    const token = await relay.signer.command({ sessionId });
    for (const body of ["", "{", "{}", '{"reason":"boredom"}', '{"reason":"revoked","also":1}']) {
      expect(await command(sessionId, token, body)).toEqual({ status: 400, text: '{"error":"BAD_REQUEST"}' });
    }
    expect(await command(sessionId, token, " ".repeat(5_000))).toMatchObject({ status: 413 });
    // A command that was not understood did not use up its token.
    expect(await command(sessionId, token)).toMatchObject({ status: 204 });
  });

  test("is for sessions only", async () => {
    expect(
      await command("everything", await relay.signer.command({ sessionId: randomUUID() })),
    ).toMatchObject({
      status: 404,
    });
  });
});

describe("a management server of another protocol version", () => {
  test("is named in the log, once, for it sends nobody here", async () => {
    const lines: string[] = [];
    const relay = await TestRelay.start({
      logTo: { write: (line) => lines.push(line) },
      environment: { LOG_LEVEL: "error" },
    });
    try {
      relay.management.decide = () => ({ protocolVersion: SIGNALLING_PROTOCOL_VERSION + 1 });
      const before = relay.management.heartbeats.length;
      await until("it has answered often", () => relay.management.heartbeats.length >= before + 4);
      const said = lines.filter((line) => line.includes("speaks another protocol version"));
      expect(said).toHaveLength(1);
      expect(JSON.parse(said[0] ?? "")).toMatchObject({
        protocolVersion: SIGNALLING_PROTOCOL_VERSION,
        managementServer: SIGNALLING_PROTOCOL_VERSION + 1,
      });
    } finally {
      await relay.stop();
    }
  });
});
