import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { closeCodes } from "@/protocol/signalling";
import { sentVideo } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

let relay: TestRelay;
beforeAll(async () => {
  relay = await TestRelay.start();
  return () => relay.stop();
});

describe("the two sides of a session", () => {
  test("know of each other", async () => {
    const sessionId = randomUUID();
    const operator = await relay.joinSignalling(sessionId, "operator");
    const customer = await relay.connect();
    const joined = await customer.join(await relay.signer.join({ sessionId, role: "customer" }));
    expect(joined.otherPresent).toBe(true);
    await operator.notified("otherJoined");
    customer.leave();
    await operator.notified("otherLeft");
    const types = await until("all is reported", () => {
      const reports = relay.management.reportsOf(sessionId);
      return reports.length >= 3 && reports.map((report) => [report.type, "role" in report && report.role]);
    });
    expect(types).toEqual([
      ["peer_joined", "operator"],
      ["peer_joined", "customer"],
      ["peer_left", "customer"],
    ]);
  });

  test("are two: the same side joining again takes the place of the first", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const chat = await operator.sendOn("chat");
    await customer.receiveOn("chat");
    const again = await relay.join(sessionId, "customer");
    expect(await customer.client.closedBy()).toEqual({ code: closeCodes.replaced, reason: "replaced" });
    await operator.client.notified("otherJoined", () => true);
    const arrived = await again.receiveOn("chat");
    chat.send("to the new one");
    await until("it arrives", () => arrived.includes("to the new one"));
  });

  test("joining at the same instant on the same side leave one", async () => {
    const sessionId = randomUUID();
    const clients = await Promise.all([relay.connect(), relay.connect(), relay.connect()]);
    await Promise.all(
      clients.map(async (client) => client.join(await relay.signer.join({ sessionId, role: "customer" }))),
    );
    await until("two are replaced", () => clients.filter(({ closed }) => closed !== undefined).length === 2);
    const replaced = clients.flatMap(({ closed }) => (closed === undefined ? [] : [closed.code]));
    expect(replaced).toEqual([closeCodes.replaced, closeCodes.replaced]);
  });

  test.each([
    ["operator", "ended_by_operator"],
    ["customer", "stopped_by_customer"],
  ] as const)("are both told when the %s ends it", async (role, reason) => {
    const { sessionId, operator, customer } = await relay.openSession();
    const chat = await customer.sendOn("chat");
    const arrived = await operator.receiveOn("chat");
    chat.send("x".repeat(10_000));
    await until("it arrives", () => arrived.length > 0);
    await (role === "operator" ? operator : customer).client.request("endSession", {});
    for (const { client } of [operator, customer]) {
      expect(await client.notified("sessionEnded")).toMatchObject({ reason });
      expect(await client.closedBy()).toEqual({ code: closeCodes.sessionEnded, reason });
    }
    const report = await until("the end is reported", () =>
      relay.management.reportsOf(sessionId).find((event) => event.type === "session_ended"),
    );
    expect(report).toMatchObject({ reason });
    expect("bytesForwarded" in report && report.bytesForwarded).toBeGreaterThan(10_000);
  });

  test("do not come back once it has ended", async () => {
    const { sessionId, operator } = await relay.openSession();
    await operator.client.request("endSession", {});
    const late = await relay.connect();
    const token = await relay.signer.join({ sessionId, role: "customer" });
    await expect(late.join(token)).rejects.toMatchObject({ code: "SESSION_ENDED" });
    expect(await late.closedBy()).toEqual({ code: closeCodes.refused, reason: "SESSION_ENDED" });
  });

  test("may both end it at once", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const ends = [operator, customer].map(({ client }) => client.request("endSession", {}));
    await Promise.allSettled(ends);
    await Promise.all([operator.client.closedBy(), customer.client.closedBy()]);
    const ended = () => relay.management.reportsOf(sessionId).filter(({ type }) => type === "session_ended");
    // It is told only when the last traffic has been measured.
    await until("the end is told", () => ended().length > 0);
    await relay.untilMetric("pending_reports", 0);
    expect(ended()).toHaveLength(1);
  });
});

describe("an empty room", () => {
  test("is closed after a while, and its session lost", async () => {
    const brief = await TestRelay.start({ limits: { reconnectWindowMs: 1_000 } });
    try {
      const sessionId = randomUUID();
      (await brief.joinSignalling(sessionId, "customer")).leave();
      const report = await until("the end is reported", () =>
        brief.management.reportsOf(sessionId).find(({ type }) => type === "session_ended"),
      );
      expect(report).toMatchObject({ reason: "connection_lost" });
      await brief.untilMetric("sessions", 0);
      // It may have gone on elsewhere and come back: then the management server signs another token.
      await brief.joinSignalling(sessionId, "customer");
    } finally {
      await brief.stop();
    }
  });
});

describe("the relay's metrics", () => {
  test("count what is there and return to zero", async () => {
    const fresh = await TestRelay.start();
    try {
      const { sessionId, operator, customer } = await fresh.openSession();
      await operator.sendOn("pointer");
      await customer.client.request("produce", { rtpParameters: sentVideo, source: "screen" });
      await operator.client.notified("newConsumer");
      // One that joins and never connects its transports costs nobody else anything.
      const idle = await fresh.joinSignalling(randomUUID(), "customer");
      const names = ["sessions", "peers", "transports", "producers", "consumers"];
      const dataNames = ["data_producers", "data_consumers", "connections"];
      const values = await Promise.all([...names, ...dataNames].map((name) => fresh.metric(name)));
      expect(values).toEqual([2, 3, 6, 1, 1, 1, 1, 3]);
      expect(await fresh.metric("joins_total", "customer")).toBe(2);

      await idle.request("endSession", {});
      await operator.client.request("endSession", {});
      for (const name of [...names, ...dataNames]) await fresh.untilMetric(name, 0);
      expect(await fresh.metric("bytes_forwarded_total")).toBeGreaterThan(0);
      await until("the end is reported", () =>
        fresh.management.reportsOf(sessionId).some(({ type }) => type === "session_ended"),
      );
    } finally {
      await fresh.stop();
    }
  });

  test("name refusals by their code", async () => {
    const before = await relay.metric("refusals_total", "TOKEN_INVALID");
    const client = await relay.connect();
    await expect(client.join("x")).rejects.toMatchObject({ code: "TOKEN_INVALID" });
    await relay.untilMetric("refusals_total", before + 1, "TOKEN_INVALID");
  });
});

describe("a relay that closes", () => {
  test("sends everybody off to join again, once", async () => {
    const closing = await TestRelay.start();
    const { operator, customer } = await closing.openSession();
    const unjoined = await closing.connect();
    const url = closing.signallingUrl;
    await Promise.all([closing.relay.close(), closing.relay.close()]);
    for (const client of [operator.client, customer.client, unjoined]) {
      expect(await client.closedBy()).toEqual({ code: closeCodes.rejoin, reason: "rejoin" });
    }
    expect(closing.management.heartbeats.at(-1)).toMatchObject({ state: "draining" });
    await expect(fetch(url.replace("ws:", "http:"))).rejects.toThrow();
    await closing.stop();
  });
});
