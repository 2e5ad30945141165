import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { COMMAND_TOKEN_TYPE } from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { closeCodes, SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { CheckClient } from "../testing/check-client";
import { TestRelay } from "../testing/test-relay";
import { TokenSigner } from "../testing/token-signer";

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

/** Tries to join and expects the code as the answer and as the reason of the close. */
async function expectRefused(token: string, code: string): Promise<void> {
  const client = await relay.connect();
  await expect(client.join(token)).rejects.toMatchObject({ code });
  expect(await client.closedBy()).toEqual({ code: closeCodes.refused, reason: code });
}

describe("a join token", () => {
  test("lets its bearer in as who it says", async () => {
    const sessionId = randomUUID();
    const client = await relay.connect();
    const joined = await client.join(await relay.signer.join({ sessionId, role: "operator" }));
    expect(joined).toMatchObject({
      sessionId,
      role: "operator",
      permissions: CONSENTED_PERMISSIONS,
      otherPresent: false,
    });
    expect(joined.routerRtpCapabilities.codecs.map(({ mimeType }) => mimeType)).toEqual(
      expect.arrayContaining(["video/VP8", "video/VP9", "video/H264", "video/AV1", "audio/opus"]),
    );
  });

  test("signed with another key is refused", async () => {
    const token = await new TokenSigner().join({ sessionId: randomUUID(), role: "customer" });
    await expectRefused(token, "TOKEN_INVALID");
  });

  test("that has expired is refused", async () => {
    const token = await relay.signer.join({ sessionId: randomUUID(), role: "customer", expiresIn: -6 });
    await expectRefused(token, "TOKEN_EXPIRED");
  });

  test("that expired within the clocks' tolerance is taken", async () => {
    const token = await relay.signer.join({ sessionId: randomUUID(), role: "customer", expiresIn: -2 });
    const client = await relay.connect();
    await expect(client.join(token)).resolves.toMatchObject({ role: "customer" });
  });

  test("for another relay is refused", async () => {
    const token = await relay.signer.join({ sessionId: randomUUID(), role: "customer", relayId: "relay-2" });
    await expectRefused(token, "TOKEN_WRONG_RELAY");
  });

  test("is refused the second time, also when its first connection is still there", async () => {
    const token = await relay.signer.join({ sessionId: randomUUID(), role: "customer" });
    const first = await relay.connect();
    await first.join(token);
    await expectRefused(token, "TOKEN_REPLAYED");
    expect(first.closed).toBeUndefined();
  });

  test("used twice at the same instant opens one connection", async () => {
    const token = await relay.signer.join({ sessionId: randomUUID(), role: "customer" });
    const clients = await Promise.all([relay.connect(), relay.connect()]);
    const outcomes = await Promise.allSettled(clients.map((client) => client.join(token)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test.each([
    ["of a command's type", { typ: COMMAND_TOKEN_TYPE }],
    ["of no particular type", { typ: "JWT" }],
    ["of another issuer", { issuer: "somebody-else" }],
    ["for something that is no session", { sessionId: "session-1" }],
    ["with an id too short to be unique", { jti: "1" }],
  ])("%s is refused", async (_what, parts) => {
    await expectRefused(
      await relay.signer.join({ sessionId: randomUUID(), role: "customer", ...parts }),
      "TOKEN_INVALID",
    );
  });

  test.each(["", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])("that is no token (%j) is refused", async (token) => {
    await expectRefused(token, "TOKEN_INVALID");
  });

  test("of one session does not reach another", async () => {
    const mine = await relay.joinSignalling(randomUUID(), "customer");
    const other = await relay.connect();
    const joined = await other.join(await relay.signer.join({ sessionId: randomUUID(), role: "operator" }));
    expect(joined.otherPresent).toBe(false);
    // Were they in one room, the request's answer would come after the notification.
    await mine.request("receive", { rtpCapabilities: joined.routerRtpCapabilities });
    expect(mine.notifications.filter(({ event }) => event === "otherJoined")).toEqual([]);
  });

  test("of an older protocol is refused before it is used up", async () => {
    const token = await relay.signer.join({ sessionId: randomUUID(), role: "customer" });
    const old = await relay.connect();
    await expect(old.request("join", { protocolVersion: 0, token })).rejects.toMatchObject({
      code: "PROTOCOL_VERSION",
    });
    await old.closedBy();
    const client = await relay.connect();
    await expect(client.join(token)).resolves.toMatchObject({ role: "customer" });
  });
});

describe("of two relays of one service", () => {
  let other: TestRelay;
  beforeAll(async () => {
    other = await TestRelay.start({ beside: relay, environment: { RELAY_ID: "relay-2" } });
    return () => other.stop();
  });

  const sessionId = randomUUID();
  const version = { protocolVersion: SIGNALLING_PROTOCOL_VERSION };

  test("the other one refuses a join token, used or not, and does not use it up", async () => {
    const token = await relay.signer.join({ sessionId, role: "customer" });
    const refused = { code: "TOKEN_WRONG_RELAY" };
    await expect((await other.connect()).join(token)).rejects.toMatchObject(refused);
    const client = await relay.connect();
    await expect(client.join(token)).resolves.toMatchObject({ sessionId });
    await expect((await other.connect()).join(token)).rejects.toMatchObject(refused);
    await expectRefused(token, "TOKEN_REPLAYED");
    expect(client.closed).toBeUndefined();
  });

  test("the other one refuses a ticket, also for a session that it has too, and it still works where it is from", async () => {
    // As in the moment when a session moves: both relays have a room for it.
    await other.joinSignalling(sessionId, "customer");
    const { ticket } = await (await relay.connect()).join(
      await relay.signer.join({ sessionId, role: "customer" }),
    );
    if (ticket === null) throw new Error("a side gets a ticket");
    const thief = await other.connect();
    await expect(thief.request("join", { ...version, ticket })).rejects.toMatchObject({
      code: "TOKEN_INVALID",
    });
    const back = await relay.connect();
    await expect(back.request("join", { ...version, ticket })).resolves.toMatchObject({ sessionId });
  });

  test("the other one refuses an observer's and a check's token, and a command", async () => {
    const observer = { observerId: randomUUID(), name: "A supervisor" };
    const watching = await relay.signer.observe({ sessionId, observer });
    await expect((await other.connect()).join(watching)).rejects.toMatchObject({ code: "TOKEN_WRONG_RELAY" });
    const check = await CheckClient.connect(other.signallingUrl);
    const checking = await relay.signer.check({ sessionId: randomUUID() });
    await expect(check.begin(checking)).rejects.toThrow("TOKEN_WRONG_RELAY");
    const response = await fetch(`${other.httpUrl}/sessions/${sessionId}`, {
      method: "DELETE",
      headers: {
        authorization: `Bearer ${await relay.signer.command({ sessionId })}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ reason: "revoked" }),
    });
    expect(await response.json()).toEqual({ error: "TOKEN_WRONG_RELAY" });
    expect(await other.metric("sessions")).toBe(1);
  });
});
