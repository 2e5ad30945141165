import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { closeCodes } from "@/protocol/signalling";
import { SignallingClient } from "./testing/signalling-client";
import { TokenSigner } from "./testing/token-signer";
import { until } from "./testing/until";

/** Far less than the ten minutes that there are to drain, far more than a busy machine takes. */
const EXIT_WITHIN_MS = 20_000;
const START_WITHIN_MS = 40_000;

interface Started {
  child: ChildProcess;
  port: number;
  isReady: () => boolean;
  stderr: () => string;
  exited: () => number | null | undefined;
}

const signer = new TokenSigner();
const started: Started[] = [];

async function start(environment: Record<string, string> = {}): Promise<Started> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", fileURLToPath(new URL("main.ts", import.meta.url))],
    {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: {
        ...process.env,
        RELAY_ID: "relay-test",
        RELAY_PORT: String(port),
        RELAY_MEDIA_PORT: "0",
        RELAY_WORKERS: "1",
        MANAGEMENT_URL: "http://127.0.0.1:9",
        RELAY_SECRET: "x".repeat(43),
        TOKEN_PUBLIC_KEY: signer.publicKeyVariable,
        ALLOWED_ORIGINS: "http://support.test",
        ...environment,
      },
    },
  );
  let isReady = false;
  let stderr = "";
  let exitCode: number | null | undefined;
  child.on("message", (message) => {
    isReady ||= JSON.stringify(message) === '{"type":"ready"}';
  });
  child.stderr?.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  child.on("exit", (code) => {
    exitCode = code;
  });
  const one = { child, port, isReady: () => isReady, stderr: () => stderr, exited: () => exitCode };
  started.push(one);
  return one;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

describe("the relay's process", () => {
  beforeEach(() => () => {
    for (const { child } of started.splice(0)) child.kill("SIGKILL");
  });

  test("says when it listens, and on SIGTERM sends browsers off and exits 0", async () => {
    const relay = await start();
    await until("it is ready", relay.isReady, START_WITHIN_MS);
    const client = await SignallingClient.connect(`ws://127.0.0.1:${relay.port}/signalling`);
    await client.join(await signer.join({ sessionId: randomUUID(), role: "customer" }));
    relay.child.kill("SIGTERM");
    expect(await client.closedBy()).toEqual({ code: closeCodes.rejoin, reason: "rejoin" });
    expect(await until("it exits", () => exitOf(relay), EXIT_WITHIN_MS)).toEqual({ code: 0 });
  });

  const patient = { RELAY_DRAIN_TIMEOUT_MS: "600000" };

  test("with time to drain stays for its sessions on SIGTERM, and exits 0 after the last", async () => {
    const { relay, client } = await startWithCustomer(patient);
    relay.child.kill("SIGTERM");
    await until("it drains", async () => (await healthOf(relay)) === "draining");
    await client.request("endSession", {});
    expect(await client.closedBy()).toMatchObject({ code: closeCodes.sessionEnded });
    expect(await until("it exits", () => exitOf(relay), EXIT_WITHIN_MS)).toEqual({ code: 0 });
  });

  test.each([
    ["a second SIGTERM", "SIGTERM"],
    ["SIGINT", "SIGINT"],
  ] as const)("stops draining at once on %s", async (_what, signal) => {
    const { relay, client } = await startWithCustomer(patient);
    relay.child.kill("SIGTERM");
    await until("it drains", async () => (await healthOf(relay)) === "draining");
    expect(client.closed).toBeUndefined();
    relay.child.kill(signal);
    expect(await client.closedBy()).toEqual({ code: closeCodes.rejoin, reason: "rejoin" });
    expect(await until("it exits", () => exitOf(relay), EXIT_WITHIN_MS)).toEqual({ code: 0 });
  });

  test.each(["SIGINT", "disconnect"] as const)("does not drain at all on %s", async (how) => {
    const { relay, client } = await startWithCustomer(patient);
    if (how === "disconnect") relay.child.disconnect();
    else relay.child.kill(how);
    expect(await client.closedBy()).toEqual({ code: closeCodes.rejoin, reason: "rejoin" });
    expect(await until("it exits", () => exitOf(relay), EXIT_WITHIN_MS)).toEqual({ code: 0 });
  });

  test("ends with its parent", async () => {
    const relay = await start();
    await until("it is ready", relay.isReady, START_WITHIN_MS);
    relay.child.disconnect();
    expect(await until("it exits", () => exitOf(relay), EXIT_WITHIN_MS)).toEqual({ code: 0 });
  });

  test.each([
    [{ RELAY_WORKERS: "none" }, "RELAY_WORKERS is wrong"],
    [{ MEDIASOUP_WORKER_BIN: "/nowhere/mediasoup-worker" }, "MEDIASOUP_WORKER_BIN"],
  ])("does not start with %j and says why in one sentence", async (environment, sentence) => {
    const relay = await start(environment);
    expect(await until("it exits", () => exitOf(relay), START_WITHIN_MS)).toEqual({ code: 1 });
    expect(relay.stderr()).toContain(sentence);
    expect(relay.stderr().trim().split("\n")).toHaveLength(1);
    expect(relay.isReady()).toBe(false);
  });
});

async function startWithCustomer(environment: Record<string, string>) {
  const relay = await start(environment);
  await until("it is ready", relay.isReady, START_WITHIN_MS);
  const client = await SignallingClient.connect(`ws://127.0.0.1:${relay.port}/signalling`);
  await client.join(await signer.join({ sessionId: randomUUID(), role: "customer" }));
  return { relay, client };
}

async function healthOf({ port }: Started): Promise<unknown> {
  const health: { status: unknown } = await (await fetch(`http://127.0.0.1:${port}/healthz`)).json();
  return health.status;
}

function exitOf({ exited }: Started): { code: number | null } | undefined {
  const code = exited();
  return code === undefined ? undefined : { code };
}
