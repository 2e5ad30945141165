import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { sentVideo, vp8Packet } from "../testing/native-peer";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

let relay: TestRelay;

describe("the metrics of sessions", () => {
  beforeEach(async () => {
    relay = await TestRelay.start({ workers: 2 });
    return () => relay.stop();
  });

  test("tell how peers connected, how quick that was, and why they left", async () => {
    const { operator } = await relay.openSession();
    const { peer: overTcp } = await relay.joinOverTcp(randomUUID(), "customer");
    expect(await relay.metric("transports", 'protocol="udp"')).toBe(4);
    expect(await relay.metric("transports", 'use="session",protocol="tcp"')).toBe(2);
    expect(await relay.metric("worker_routers", 'worker="0"')).toBe(1);
    expect(await relay.metric("worker_routers", 'worker="1"')).toBe(1);
    for (const [role, protocol] of [
      ["operator", "udp"],
      ["customer", "udp"],
      ["customer", "tcp"],
    ]) {
      await relay.untilMetric("join_seconds_count", 1, `role="${role}",protocol="${protocol}"`);
    }
    expect(await relay.metric("join_seconds_sum")).toBeGreaterThan(0);
    expect(await relay.metric("join_seconds_sum")).toBeLessThan(30);

    // One that is gone before its transports are connected.
    (await relay.joinSignalling(randomUUID(), "operator")).leave();
    await relay.untilMetric("unconnected_joins_total", 1, 'role="operator"');
    await relay.untilMetric("leaves_total", 1, 'role="operator",cause="socket_closed"');
    overTcp.client.leave();
    await relay.untilMetric("leaves_total", 1, 'role="customer",cause="socket_closed"');
    await operator.client.request("endSession", {});
    await relay.untilMetric("leaves_total", 2, 'cause="session_ended"');
    expect(await relay.metric("session_ends_total", 'reason="ended_by_operator"')).toBe(1);
    expect(await relay.metric("requests_total", 'method="join"')).toBe(4);
    expect(await relay.metric("unconnected_joins_total")).toBe(1);
    await relay.untilMetric("transports", 0);
  });

  test("tell the traffic, how videos go, and what workers use", async () => {
    const { operator, customer } = await relay.openSession();
    await customer.client.request("produce", { rtpParameters: sentVideo, source: "screen" });
    const { consumerId } = await operator.client.notified("newConsumer");
    await operator.client.request("resumeConsumer", { consumerId });
    let sequence = 1;
    await until("a sample of the video is taken both ways", async () => {
      customer.sendingTrack.send(vp8Packet({ sequence, keyFrame: true }));
      sequence += 1;
      const counts = await Promise.all(
        ["in", "out"].map((way) => relay.metric("packet_loss_ratio_count", `way="${way}"`)),
      );
      return counts.every((count) => count > 0);
    });
    for (const name of ["received_bytes_total", "sent_bytes_total"]) {
      expect(await relay.metric(name, 'protocol="udp"')).toBeGreaterThan(0);
    }
    expect(await relay.metric("packet_loss_ratio_sum")).toBe(0);
    const chat = await customer.sendOn("chat");
    const arrived = await operator.receiveOn("chat");
    const forwarded = await relay.metric("bytes_forwarded_total");
    // Something has come after that for sure, and the last measure is that of the leaving.
    chat.send("the last bytes");
    await until("they arrive", () => arrived.length > 0);
    await operator.client.request("endSession", {});
    await until("the last bytes are counted", async () => {
      return (await relay.metric("bytes_forwarded_total")) > forwarded;
    });
    for (const worker of [0, 1]) {
      expect(await relay.metric("worker_cpu_seconds_total", `worker="${worker}"`)).toBeGreaterThan(0);
      expect(await relay.metric("worker_resident_bytes", `worker="${worker}"`)).toBeGreaterThan(1_000_000);
    }
  });

  test("count sessions that must join again because a worker died", async () => {
    const { customer } = await relay.openSession();
    const pids = relay.relay.workerPids;
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await customer.client.closedBy();
    await relay.untilMetric("session_interruptions_total", 1, 'cause="worker_died"');
    await relay.untilMetric("leaves_total", 2, 'cause="interrupted"');
  });
});

describe("who may read the metrics", () => {
  async function status(target: TestRelay, headers: Record<string, string> = {}): Promise<number> {
    return (await fetch(`${target.httpUrl}/metrics`, { headers })).status;
  }

  test("is a program of this machine, and nobody who comes through a proxy", async () => {
    relay = await TestRelay.start();
    try {
      expect(await status(relay)).toBe(200);
      const passedOn: Record<string, string>[] = [
        { "x-forwarded-for": "127.0.0.1" },
        { forwarded: "for=127.0.0.1" },
        { via: "1.1 proxy" },
        { "x-real-ip": "127.0.0.1" },
      ];
      for (const headers of passedOn) {
        expect(await status(relay, headers)).toBe(404);
      }
    } finally {
      await relay.stop();
    }
  });

  test("is whoever the setting names", async () => {
    relay = await TestRelay.start({ environment: { RELAY_METRICS_ALLOW: "192.0.2.0/24, 2001:db8::/32" } });
    try {
      expect(await status(relay)).toBe(404);
    } finally {
      await relay.stop();
    }
  });

  test("finds them on a port of their own, and then nowhere else", async () => {
    relay = await TestRelay.start({ environment: { RELAY_METRICS_PORT: "0" } });
    try {
      expect(await status(relay)).toBe(404);
      const own = `http://127.0.0.1:${relay.relay.metricsPort}`;
      const response = await fetch(`${own}/metrics`);
      expect(response.headers.get("content-type")).toContain("text/plain");
      expect(await response.text()).toContain("madoguchi_relay_sessions 0");
      expect((await fetch(`${own}/healthz`)).status).toBe(404);
      expect((await fetch(`${own}/metrics`, { method: "POST" })).status).toBe(404);
      expect((await fetch(`${own}/metrics`, { headers: { via: "1.1 proxy" } })).status).toBe(404);
    } finally {
      await relay.stop();
    }
  });
});
