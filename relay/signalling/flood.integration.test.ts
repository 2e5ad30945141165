import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeEach, describe, expect, test } from "vitest";
import { Bystander } from "../testing/bystander";
import { frame, openRaw, openTcp, untilReset, upgradeRequest } from "../testing/raw-web-socket";
import { SignallingClient } from "../testing/signalling-client";
import { TestRelay } from "../testing/test-relay";
import { TokenSigner } from "../testing/token-signer";
import { until } from "../testing/until";

const CALM_MS = 1_000;
const FLOOD_MS = 2_500;
const CONNECTIONS_AT_A_TIME = 12;
/** What the bystander keeps of its frames a second. */
const KEPT = 0.95;
const MIB = 1_048_576;
/** All of the flood that says nothing comes from here. */
const CROWDED_ADDRESS = "203.0.113.9";

let relay: TestRelay;

const pass = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collectGarbage: unknown = runInNewContext("gc");
  if (typeof collectGarbage !== "function") throw new Error("garbage cannot be collected");
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function workerBytes(): Promise<number> {
  const status = await readFile(`/proc/${relay.relay.workerPids[0]}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

/** Joins and is gone, or tries to join in vain, over and over; resolves with how often each happened. */
async function flood(durationMs: number): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  const stranger = new TokenSigner();
  const tokens: (() => Promise<string>)[] = [
    () => relay.signer.join({ sessionId: randomUUID(), role: "customer" }),
    () => stranger.join({ sessionId: randomUUID(), role: "customer" }),
    () => relay.signer.join({ sessionId: randomUUID(), role: "operator", expiresIn: -60 }),
    () => relay.signer.join({ sessionId: randomUUID(), role: "operator", relayId: "relay-2" }),
    async () => "x".repeat(4_000),
  ];
  const silent: SignallingClient[] = [];
  let count = 0;
  const endsAtMs = performance.now() + durationMs;
  const one = async () => {
    count += 1;
    const address = count % 3 === 0 ? CROWDED_ADDRESS : `198.51.100.${count % 250}`;
    const client = await SignallingClient.connect(relay.signallingUrl, {
      headers: { "x-forwarded-for": address },
    });
    if (address === CROWDED_ADDRESS) {
      silent.push(client);
      return "waits";
    }
    const token = await tokens[count % tokens.length]?.();
    await client.join(token ?? "").finally(() => client.leave());
    return "joined";
  };
  const loop = async () => {
    while (performance.now() < endsAtMs) {
      const outcome = await one().catch((error: unknown) => codeOf(error));
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS_AT_A_TIME }, loop));
  for (const client of silent) client.leave();
  return outcomes;
}

function codeOf(error: unknown): string {
  if (error instanceof Error) return "code" in error ? String(error.code) : error.message;
  return String(error);
}

describe("beside a session", () => {
  let bystander: Bystander;
  let calm: number;

  beforeEach(async () => {
    relay = await TestRelay.start({
      limits: { reconnectWindowMs: 1_000, maxUnjoinedPerAddress: 20, joinTimeoutMs: 3_000 },
      environment: { TRUSTED_PROXIES: "127.0.0.1" },
    });
    bystander = await Bystander.watch(await relay.openSession());
    calm = await bystander.framesPerSecondDuring(() => pass(CALM_MS));
    return async () => {
      bystander.close();
      await relay.stop();
    };
  });

  async function expectNothingLeftButTheSession(): Promise<void> {
    await relay.untilMetric("connections", 2);
    await relay.untilMetric("sessions", 1);
    await relay.untilMetric("transports", 4);
    expect(await relay.metric("worker_restarts_total")).toBe(0);
  }

  test("a flood of joins, good ones and bad ones, costs no frames and leaves nothing behind", async () => {
    await flood(700);
    await expectNothingLeftButTheSession();
    const [heapBefore, workerBefore] = [heapBytes(), await workerBytes()];
    let outcomes: Record<string, number> = {};
    const attacked = await bystander.framesPerSecondDuring(async () => {
      outcomes = await flood(FLOOD_MS);
    });
    expect(attacked).toBeGreaterThanOrEqual(KEPT * calm);
    // All of it has happened: those who were let in, those who were not, and those who found their address crowded.
    for (const outcome of ["joined", "TOKEN_INVALID", "TOKEN_EXPIRED", "TOKEN_WRONG_RELAY"]) {
      expect(outcomes[outcome], outcome).toBeGreaterThan(10);
    }
    expect(outcomes.waits).toBe(20);
    expect(outcomes["refused with 429"]).toBeGreaterThan(10);
    await expectNothingLeftButTheSession();
    expect(heapBytes() - heapBefore).toBeLessThan(6 * MIB);
    expect((await workerBytes()) - workerBefore).toBeLessThan(16 * MIB);
  });

  test("malformed frames and slow clients are cut off, and cost no frames", async () => {
    const text = Buffer.from('{"type":"request","id":1,"method":"join"}');
    const hostile: [string, Buffer[]][] = [
      ["a frame without a mask", [frame(0x81, text, { masked: false })]],
      ["reserved bits", [frame(0xf1, text)]],
      ["an unknown opcode", [frame(0x83, text)]],
      ["a continuation of nothing", [frame(0x80, text)]],
      ["a text within a text", [frame(0x01, text), frame(0x01, text)]],
      ["a ping in parts", [frame(0x09, Buffer.alloc(5))]],
      ["a ping of 200 bytes", [frame(0x89, Buffer.alloc(200))]],
      ["what is no UTF-8", [frame(0x81, Buffer.from([0xc3, 0x28, 0xff, 0xfe]))]],
      ["a close of one byte", [frame(0x88, Buffer.alloc(1))]],
      ["a close with a code that there is not", [frame(0x88, Buffer.from([0x00, 0x01]))]],
      ["a frame of 2^63 bytes", [frame(0x81, text, { length: 2n ** 63n })]],
      ["a frame of 4 GB", [frame(0x82, text, { length: 2 ** 32 })]],
      ["many parts without an end", [frame(0x01, text), ...Array(4_000).fill(frame(0x00, text))]],
      ["garbage", [Buffer.alloc(5_000, 0xff)]],
      ["TLS", [Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])]],
    ];
    const { port } = relay.relay;
    const attacked = await bystander.framesPerSecondDuring(async () => {
      const malformed = hostile.map(async ([what, frames], index) => {
        const socket = await openRaw(port, frames, `192.0.2.${index}`);
        await until(`${what} is the end`, () => socket.destroyed || socket.readableEnded);
        await untilReset(socket, what);
      });
      await Promise.all([...malformed, expectSlowOnesCutOff(port)]);
    });
    expect(attacked).toBeGreaterThanOrEqual(KEPT * calm);
    await expectNothingLeftButTheSession();
  });
});

/** Says a byte now and then, in three places: in the request's headers, after them, and in a WebSocket. */
async function expectSlowOnesCutOff(port: number): Promise<void> {
  const beginning = Buffer.from(upgradeRequest());
  const slow: { what: string; socket: Socket; bytes: Buffer; next: number }[] = [];
  const begin = (what: string, socket: Socket, bytes: Buffer, next: number) =>
    slow.push({ what, socket, bytes, next });
  for (let count = 0; count < 10; count += 1) {
    begin("slow headers", await openTcp(port), beginning, 0);
    begin(
      "a header that grows",
      await openTcp(port),
      Buffer.concat([beginning.subarray(0, 40), Buffer.alloc(500, 0x61)]),
      40,
    );
    begin(
      "a slow frame",
      await openRaw(port, [], `192.0.2.${100 + count}`),
      frame(0x81, Buffer.alloc(1_000)),
      0,
    );
    begin("nothing at all", await openTcp(port), Buffer.alloc(0), 0);
  }
  const startedAtMs = performance.now();
  const timer = setInterval(() => {
    for (const one of slow) {
      if (!one.socket.destroyed) one.socket.write(one.bytes.subarray(one.next, one.next + 1));
      one.next += 1;
    }
  }, 200);
  try {
    for (const { what, socket } of slow)
      await until(`${what} is cut off`, () => socket.destroyed || socket.readableEnded);
  } finally {
    clearInterval(timer);
  }
  // Five seconds for each, and what a busy machine takes; at their own pace they would be done after minutes.
  expect(performance.now() - startedAtMs).toBeLessThan(15_000);
}

describe("a client that does not close or read", () => {
  test("does not keep a refused connection open", async () => {
    relay = await TestRelay.start();
    try {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => openTcp(relay.relay.port)));
      for (const socket of sockets) socket.write(upgradeRequest({ origin: "http://elsewhere.test" }));
      for (const socket of sockets) await until("it is answered", () => socket.readableEnded);
      for (const socket of sockets) await untilReset(socket, "the relay's half");
    } finally {
      await relay.stop();
    }
  });

  test("is cut off when too much waits for it", async () => {
    relay = await TestRelay.start({ limits: { messageBurst: 1e9, messagesPerSecond: 1e9 } });
    try {
      const sessionId = randomUUID();
      const client = await relay.joinSignalling(sessionId, "customer");
      client.webSocket.pause();
      const ask = JSON.stringify({ type: "request", id: 1, method: "ping", data: {} });
      const gone = async () => {
        for (let count = 0; count < 2_000; count += 1) client.webSocket.send(ask);
        await new Promise((resolve) => setImmediate(resolve));
        return (await relay.metric("connections")) === 0;
      };
      await until("it is cut off", gone, 20_000);
    } finally {
      await relay.stop();
    }
  });
});
