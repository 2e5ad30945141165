import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { sentVideo } from "./testing/native-peer";
import { TestRelay } from "./testing/test-relay";
import { until } from "./testing/until";

/** The line of a side that was there until the end, with media both ways. */
const leftSchema = z.looseObject({
  msg: z.literal("left"),
  role: z.literal("operator"),
  cause: z.literal("session_ended"),
  durationMs: z.int().positive(),
  receivedBytes: z.int().positive(),
  sentBytes: z.int().positive(),
});

test("the log names sessions, roles and refusals, and nothing of what a session holds", async () => {
  let log = "";
  const relay = await TestRelay.start({
    environment: { LOG_LEVEL: "trace" },
    logTo: {
      write: (line) => {
        log += line;
      },
    },
  });
  const sessionId = randomUUID();
  const token = await relay.signer.join({ sessionId, role: "operator" });
  const refused = await relay.signer.join({ sessionId, role: "operator", relayId: "relay-2" });
  try {
    const client = await relay.connect();
    await expect(client.join(refused)).rejects.toMatchObject({ code: "TOKEN_WRONG_RELAY" });
    const replayed = await relay.connect();
    await replayed.join(token);
    const [operator, customer] = [
      await relay.join(sessionId, "operator"),
      await relay.join(sessionId, "customer"),
    ];
    const chat = await operator.sendOn("chat");
    const arrived = await customer.receiveOn("chat");
    chat.send("a very private message");
    await until("it arrives", () => arrived.length > 0);
    await customer.client.request("produce", { rtpParameters: sentVideo, source: "screen" });
    const bad = { ...sentVideo, codecs: [{ mimeType: "video/private", payloadType: 96, clockRate: 90_000 }] };
    await expect(
      customer.client.request("produce", { rtpParameters: bad, source: "screen" }),
    ).rejects.toMatchObject({ code: "MESSAGE_MALFORMED" });
    await operator.client.request("endSession", {});
    await customer.client.closedBy();

    const lines = log
      .split("\n")
      .filter((line) => line !== "")
      .map((line): object => JSON.parse(line));
    for (const told of [
      { scope: "signalling", msg: "refused", code: "TOKEN_WRONG_RELAY" },
      { scope: "rooms", msg: "joined", sessionId, role: "customer", protocol: "udp" },
      { scope: "rooms", msg: "left", sessionId, role: "operator", cause: "replaced", protocol: null },
      { scope: "rooms", msg: "session ended", sessionId, reason: "ended_by_operator" },
    ]) {
      expect(lines).toContainEqual(expect.objectContaining(told));
    }
    const left = await until("the last line of a side is written", () =>
      log
        .split("\n")
        .filter((line) => line !== "")
        .map((line): unknown => JSON.parse(line))
        .find((line) => leftSchema.safeParse(line).success),
    );
    expect(leftSchema.parse(left)).toMatchObject({ sessionId, reason: "ended_by_operator", protocol: "udp" });
    const { iceParameters } = operator.joined.recvTransport;
    for (const secret of [token, refused, "private", iceParameters.password, relay.management.secret]) {
      expect(log).not.toContain(secret);
    }
  } finally {
    await relay.stop();
  }
});
