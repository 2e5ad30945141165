import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, test } from "vitest";
import { bindingRequest, framed } from "../testing/binding-request";
import type { NativePeer } from "../testing/native-peer";
import { TestCertificate } from "../testing/test-certificate";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

let certificate: TestCertificate;
let relay: TestRelay;

beforeAll(async () => {
  certificate = await TestCertificate.make();
  relay = await TestRelay.start({ certificate });
  return async () => {
    await relay.stop();
    await certificate.remove();
  };
});

function openSocket(): Socket {
  const socket = connect({ host: "127.0.0.1", port: relay.relay.port, noDelay: true });
  socket.on("error", () => socket.destroy());
  socket.resume();
  return socket;
}

async function openSlowRequests(count: number): Promise<Socket[]> {
  const options = { host: "127.0.0.1", port: relay.relay.port, ca: certificate.pem };
  const secure = Array.from({ length: count }, () => connectTls(options));
  await Promise.all(secure.map((socket) => once(socket, "secureConnect")));
  for (const socket of secure) socket.on("error", () => socket.destroy()).resume();
  return [...secure, ...Array.from({ length: count }, openSocket)];
}

async function untilClosed(socket: Socket, what: string, timeoutMs?: number): Promise<void> {
  await until(`${what} is closed`, () => socket.destroyed, timeoutMs);
}

/** Sends a message each way as long as the work takes, and counts them. */
async function withBystanders(work: () => Promise<void>): Promise<{ sent: number; arrived: () => number }> {
  const sessionId = randomUUID();
  const operator = await relay.joinOverTcp(sessionId, "operator");
  const customer = await relay.join(sessionId, "customer");
  const flow = async (from: NativePeer, to: NativePeer) => {
    const { send } = await from.sendOn("chat");
    return { send, arrived: await to.receiveOn("chat") };
  };
  const flows = [await flow(operator.peer, customer), await flow(customer, operator.peer)];
  let sent = 0;
  const timer = setInterval(() => {
    for (const { send } of flows) send(`message ${sent}`);
    sent += 1;
  }, 20);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const arrived = () => Math.min(...flows.map((one) => one.arrived.length));
  await until("all of the bystanders' messages have arrived", () => arrived() === sent);
  return { sent, arrived };
}

describe("hostile connections to the one port", () => {
  test("are cut off, and a session beside them does not notice", async () => {
    const victim = await relay.connect();
    const { recvTransport } = await victim.join(
      await relay.signer.join({ sessionId: randomUUID(), role: "customer" }),
    );
    const { usernameFragment } = recvTransport.iceParameters;
    const check = framed(bindingRequest(`${usernameFragment}:client`, { password: "not the password" }));
    const wrongLength = Buffer.from(check);
    wrongLength.writeUInt16BE(0xffff, 0);
    const hello = Buffer.from([0x16, 0x03, 0x01, 0x40, 0x00, 0x01, 0x00, 0x3f, 0xfc]);
    const closedByRelay: [string, Buffer][] = [
      ["garbage", Buffer.concat([Buffer.from([0xff]), randomBytes(5_000)])],
      ["a STUN message of another length", wrongLength],
      ["a check for nobody's transport", framed(bindingRequest("nobodysFragment:client"))],
      ["a check without a name", framed(bindingRequest(null))],
      ["TLS that is none", Buffer.concat([Buffer.from([0x16, 0x03, 0x01, 0x00, 0x04]), randomBytes(4)])],
      ["a record that is too long", Buffer.concat([hello, randomBytes(20_000)])],
      ["a header that never ends", Buffer.from(`GET / HTTP/1.1\r\nx: ${"a".repeat(40_000)}`)],
    ];
    const { sent } = await withBystanders(async () => {
      for (let round = 0; round < 10; round += 1) {
        const sockets = closedByRelay.map(([what, bytes]) => {
          const socket = openSocket();
          socket.write(bytes);
          return { what, socket };
        });
        // These name a transport that is there, so they get as far as the worker, and no further.
        for (const bytes of [check, Buffer.concat([check, randomBytes(30_000)])]) {
          const socket = openSocket();
          socket.write(bytes, () => setImmediate(() => socket.destroy()));
          sockets.push({ what: "a check that does not know the password", socket });
        }
        for (const { what, socket } of sockets) await untilClosed(socket, what);
      }
    });
    expect(sent).toBeGreaterThan(0);
    expect(await relay.metric("front_connections_total", 'outcome="unknown"')).toBeGreaterThanOrEqual(30);
    expect(await relay.metric("front_connections_total", 'outcome="no_transport"')).toBe(10);
    expect(
      await relay.metric("front_connections_total", 'outcome="handshake_failed"'),
    ).toBeGreaterThanOrEqual(10);
    expect(await relay.metric("worker_restarts_total")).toBe(0);
  });

  // The next two mostly wait, the second one at a relay of its own: they do so side by side.
  test.concurrent("that speak a byte now and then have five seconds in all, and one address not many of them", async () => {
    const check = framed(bindingRequest(`${"a".repeat(200)}:client`));
    const startedAt = performance.now();
    const slow = Array.from({ length: 40 }, () => openSocket());
    // Beyond the port's own decision HTTP has as much time for its headers, under TLS and without.
    const slowToAsk = await openSlowRequests(10);
    const headers = Buffer.from(`GET / HTTP/1.1\r\nhost: relay.test\r\nx: ${"a".repeat(200)}`);
    let next = 0;
    const timer = setInterval(() => {
      for (const socket of slow) if (!socket.destroyed) socket.write(check.subarray(next, next + 1));
      for (const socket of slowToAsk) if (!socket.destroyed) socket.write(headers.subarray(next, next + 1));
      next += 1;
    }, 250);
    try {
      await until("they wait", async () => (await relay.metric("front_open_connections")) >= 40);
      // One address has 64 places; what finds none is cut off at once, long before its time would be up.
      const more = Array.from({ length: 60 }, () => openSocket());
      await until(
        "those without a place are cut off",
        () => more.filter((one) => one.destroyed).length >= 36,
        4_000,
      );
      for (const socket of more) socket.destroy();
      for (const socket of slow) await untilClosed(socket, "a slow one");
      for (const socket of slowToAsk) await untilClosed(socket, "one that asks slowly");
    } finally {
      clearInterval(timer);
    }
    // Five seconds for each, and what a busy machine takes; at their own pace they would be done after a minute.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await relay.metric("front_connections_total", 'outcome="crowded"')).toBeGreaterThanOrEqual(36);
    expect(await relay.metric("front_connections_total", 'outcome="slow"')).toBeGreaterThanOrEqual(40);
  });

  test.concurrent("that begin TLS and say no more give their place back", async () => {
    const brief = await TestRelay.start({ certificate });
    try {
      const socket = connect({ host: "127.0.0.1", port: brief.relay.port });
      socket.on("error", () => socket.destroy());
      await once(socket, "connect");
      socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
      await until("the handshake is given up", () => socket.destroyed, 15_000);
      await brief.untilMetric("front_open_connections", 1);
    } finally {
      await brief.stop();
    }
  });

  test("that leave as soon as TLS stands, or before, hold no place", async () => {
    const openBefore = await relay.metric("front_open_connections");
    const crowdedBefore = await relay.metric("front_connections_total", 'outcome="crowded"');
    // More than one address may have undecided, one after the other.
    for (let count = 0; count < 100; count += 1) {
      const socket = connectTls({ host: "127.0.0.1", port: relay.relay.port, ca: certificate.pem });
      await once(socket, count % 2 === 0 ? "secureConnect" : "connect");
      socket.destroy();
    }
    await relay.untilMetric("front_open_connections", openBefore);
    expect(await relay.metric("front_connections_total", 'outcome="crowded"')).toBe(crowdedBefore);
  });

  test("that are older than TLS 1.2 are refused", async () => {
    const options = { host: "127.0.0.1", port: relay.relay.port, ca: certificate.pem };
    const old = connectTls({
      ...options,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "ALL:@SECLEVEL=0",
    });
    await expect(once(old, "secureConnect")).rejects.toThrow();
    const recent = connectTls({ ...options, maxVersion: "TLSv1.2" });
    await once(recent, "secureConnect");
    recent.destroy();
  });
});

test("1,000 connections that come and go leave no descriptor and no memory behind", async () => {
  const descriptors = async () => (await readdir("/proc/self/fd")).length;
  const workerDescriptors = async () => (await readdir(`/proc/${relay.relay.workerPids[0]}/fd`)).length;
  const client = await relay.connect();
  const { recvTransport } = await client.join(
    await relay.signer.join({ sessionId: randomUUID(), role: "customer" }),
  );
  const { usernameFragment, password } = recvTransport.iceParameters;
  const openBefore = await relay.metric("front_open_connections");
  /** One whole exchange with the worker through the port: a check that it answers. */
  const cycle = async () => {
    const socket = connect({ host: "127.0.0.1", port: relay.relay.port, noDelay: true });
    socket.write(framed(bindingRequest(`${usernameFragment}:client`, { password })));
    const [answer] = await once(socket, "data");
    // A Binding Success Response (RFC 8489, 5).
    expect(answer.readUInt16BE(2)).toBe(0x0101);
    socket.destroy();
  };
  const cycles = async (count: number) => {
    for (let done = 0; done < count; done += 20) await Promise.all(Array.from({ length: 20 }, cycle));
    await relay.untilMetric("front_open_connections", openBefore);
  };
  await cycles(200);
  const [before, workerBefore] = [await descriptors(), await workerDescriptors()];
  setFlagsFromString("--expose-gc");
  const collectGarbage: unknown = runInNewContext("gc");
  const heap = () => {
    if (typeof collectGarbage !== "function") throw new Error("garbage cannot be collected");
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const heapBefore = heap();
  await cycles(1_000);
  await until("all descriptors are given back", async () => (await descriptors()) <= before + 2);
  await until("the worker's too", async () => (await workerDescriptors()) <= workerBefore + 2);
  // A connection that stayed would hold some kilobytes.
  expect(heap() - heapBefore).toBeLessThan(2_000_000);
});
