import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { closeCodes } from "@/protocol/signalling";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

let relay: TestRelay;

function killWorker(pid: number | undefined): void {
  if (pid === undefined) throw new Error("there is no such worker");
  process.kill(pid, "SIGKILL");
}

describe("a worker that is killed", () => {
  beforeEach(async () => {
    relay = await TestRelay.start();
    return () => relay.stop();
  });

  test("is started again, and both sides come back to what the customer permitted", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const permissions = { ...CONSENTED_PERMISSIONS, clipboard: true };
    await customer.client.request("setPermissions", { permissions });
    const [pid] = relay.relay.workerPids;
    killWorker(pid);
    for (const { client } of [operator, customer]) {
      expect(await client.closedBy()).toEqual({ code: closeCodes.rejoin, reason: "rejoin" });
    }
    // At once, while there may be no worker yet: the join waits for it.
    const [operatorAgain, customerAgain] = await Promise.all([
      relay.join(sessionId, "operator"),
      relay.join(sessionId, "customer"),
    ]);
    expect(relay.relay.workerPids).not.toContain(pid);
    expect(operatorAgain.joined.permissions).toEqual(permissions);
    expect(customerAgain.joined.permissions).toEqual(permissions);
    const pointer = await operatorAgain.sendOn("pointer");
    const arrived = await customerAgain.receiveOn("pointer");
    pointer.send("back");
    await until("data flows", () => arrived.includes("back"));
    expect(await relay.metric("worker_restarts_total")).toBe(1);
    expect(relay.management.reportsOf(sessionId).map(({ type }) => type)).not.toContain("session_ended");
  });

  test("again and again is started again", async () => {
    for (let count = 0; count < 3; count += 1) {
      killWorker(relay.relay.workerPids[0]);
      await relay.untilMetric("worker_restarts_total", count + 1);
      await relay.untilMetric("workers", 1);
    }
    const joined = await relay.join(randomUUID(), "customer");
    expect(joined.client.closed).toBeUndefined();
  });

  test("makes the relay unavailable until it is back", async () => {
    const health = async () => (await fetch(`${relay.httpUrl}/healthz`)).status;
    expect(await health()).toBe(200);
    killWorker(relay.relay.workerPids[0]);
    await until("the relay is unavailable", async () => (await health()) === 503);
    await until("the relay is back", async () => (await health()) === 200);
  });

  test("loses the session of those who do not come back", async () => {
    const brief = await TestRelay.start({ limits: { reconnectWindowMs: 1_000 } });
    try {
      const sessionId = randomUUID();
      const customer = await brief.joinSignalling(sessionId, "customer");
      killWorker(brief.relay.workerPids[0]);
      await customer.closedBy();
      const report = await until("the end is reported", () =>
        brief.management.reportsOf(sessionId).find(({ type }) => type === "session_ended"),
      );
      expect(report).toMatchObject({ reason: "connection_lost" });
    } finally {
      await brief.stop();
    }
  });
});

describe("several workers", () => {
  test("share the rooms, and one that dies takes only its own", async () => {
    const wide = await TestRelay.start({ workers: 2 });
    try {
      const first = await wide.joinSignalling(randomUUID(), "customer");
      const second = await wide.joinSignalling(randomUUID(), "customer");
      killWorker(wide.relay.workerPids[0]);
      expect((await first.closedBy()).code).toBe(closeCodes.rejoin);
      await second.request("endSession", {});
      expect((await second.closedBy()).code).toBe(closeCodes.sessionEnded);
    } finally {
      await wide.stop();
    }
  });
});
