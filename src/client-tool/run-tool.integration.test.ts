import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSelfSignedCertificate } from "@/lib/self-signed-certificate";
import { toolEndpoints } from "@/protocol/client-tool";
import { TestRelay } from "../../relay/testing/test-relay";
import { EVERYTHING } from "../../relay/testing/token-signer";
import type { Pairing } from "./arguments";
import { CleanUp } from "./clean-up";
import { runTool } from "./run-tool";
import { RecordingMachine } from "./testing/recording-machine";
import { RecordingWindow } from "./testing/recording-window";
import { toolTexts } from "./texts";
import { ToolFailure } from "./tool-failure";

const token = "abcdefghijklmnopqrst_-";
const redeemed = {
  sessionId: "0198a5d2-7f6e-7c1a-9b3d-2f4a6c8e0b1d",
  toolSecret: "s".repeat(43),
  operatorName: "Aoi",
  companyName: "Demo Support",
  language: "en",
  sharesDevice: false,
};

let server: Server | undefined;
let window: RecordingWindow;
let machine: RecordingMachine;
let cleanUp: CleanUp;
let ending: AbortController;
/** What the service was sent, by path. */
let received: { path: string; body: unknown }[];

beforeEach(() => {
  window = new RecordingWindow();
  machine = new RecordingMachine();
  cleanUp = new CleanUp();
  ending = new AbortController();
  received = [];
});

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A service with one answer for each path. @returns its origin */
async function serve(
  answers: Record<string, { status: number; body: object }>,
  tls?: { cert: string; key: string },
) {
  const made = tls ? createSecureServer(tls) : createServer();
  server = made;
  made.on("request", (request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += String(part);
    });
    request.on("end", () => {
      const path = request.url ?? "";
      received.push({ path, body: JSON.parse(text) });
      const answer = answers[path] ?? { status: 404, body: {} };
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return `${tls ? "https" : "http"}://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

/** Runs the tool, whose last words are closed as soon as they are shown. @returns its exit code */
async function run(from: string | (() => Pairing), language: "ja" | "en" = "en"): Promise<number> {
  const show = window.showMessage.bind(window);
  window.showMessage = (text, onClose) => {
    show(text, onClose);
    queueMicrotask(() => onClose?.());
  };
  return await runTool({
    readPairing: typeof from === "string" ? () => ({ origin: from, token }) : from,
    version: "1.2.3",
    language,
    environment: {},
    openWindow: async () => window,
    openMachine: async () => machine,
    readDevice: () => Promise.reject(new Error("nobody agreed to that")),
    bringUpToDate: async () => ({ is: "upToDate", obstacle: null, notice: null }),
    onSettled: () => {},
    print: () => {},
    cleanUp,
    signal: ending.signal,
  });
}

test.each([
  ["PAIRING_EXPIRED", 410, "pairingExpired", 3],
  ["PAIRING_USED", 410, "pairingUsed", 3],
  ["PAIRING_INVALID", 404, "pairingUnknown", 3],
  ["PAIRING_THROTTLED", 429, "busy", 4],
  ["SESSION_ENDED", 410, "sessionEnded", 7],
  ["PERMISSION_DENIED", 403, "refused", 7],
] as const)(
  "%s is told as a sentence in the language of the machine",
  async (error, status, kind, exitCode) => {
    const origin = await serve({ [toolEndpoints.redeem]: { status, body: { error } } });
    expect(await run(origin, "ja")).toBe(exitCode);
    expect(window.last).toBe(toolTexts("ja").failure(kind, new URL(origin).host));
    expect(received).toEqual([
      { path: toolEndpoints.redeem, body: { token, platform: "linux", version: "1.2.3" } },
    ]);
    expect(machine.isClosed).toBe(true);
  },
);

test("a service that nobody answers for is named", async () => {
  const origin = await serve({});
  server?.close();
  expect(await run(origin)).toBe(4);
  expect(window.shown).toEqual([
    toolTexts("en").connecting,
    toolTexts("en").failure("unreachable", new URL(origin).host),
  ]);
});

test("a service that cannot prove who it is gets nothing", async () => {
  const { certificate, key } = await makeSelfSignedCertificate(["127.0.0.1"], 30);
  const origin = await serve({}, { cert: certificate, key });
  expect(await run(origin)).toBe(5);
  expect(window.last).toBe(toolTexts("en").failure("certificate", new URL(origin).host));
  expect(received).toEqual([]);
});

test("a service that speaks differently does not fit this version", async () => {
  const origin = await serve({
    [toolEndpoints.redeem]: { status: 200, body: { sessionId: "another time's" } },
  });
  expect(await run(origin)).toBe(8);
  expect(window.last).toBe(toolTexts("en").failure("version", ""));
});

test("the customer's no is the end, and both pages hear it at once", async () => {
  const answers: Parameters<typeof serve>[0] = {
    [toolEndpoints.redeem]: { status: 200, body: { ...redeemed, language: "ja" } },
  };
  const origin = await serve(answers);
  const relay = await TestRelay.start({ environment: { ALLOWED_ORIGINS: origin } });
  try {
    const sessionId = randomUUID();
    const [operator, customer] = await Promise.all(
      (["operator", "customer"] as const).map(async (role) => {
        const client = await relay.connect({ origin });
        await client.join(await relay.signer.join({ sessionId, role, permissions: EVERYTHING }));
        return client;
      }),
    );
    const { relayId, signallingUrl } = relay;
    const token = await relay.signer.join({ sessionId, role: "tool", permissions: EVERYTHING });
    const body = { sessionId, relayId, signallingUrl, token, iceServers: [] };
    answers[toolEndpoints.join] = { status: 200, body };
    window.answer = false;
    expect(await run(origin)).toBe(6);
    expect(window.shown.slice(-2)).toEqual([
      toolTexts("ja").window({ ...redeemed }, { is: "controlled" }).question,
      toolTexts("ja").failure("declined", ""),
    ]);
    for (const client of [operator, customer]) {
      expect(await client?.notified("permissionsChanged")).toMatchObject({
        permissions: { control: false },
        isDeclined: true,
      });
    }
  } finally {
    await relay.stop();
  }
});

test("a no that cannot be told is the end all the same", async () => {
  const origin = await serve({
    [toolEndpoints.redeem]: { status: 200, body: redeemed },
    [toolEndpoints.join]: { status: 503, body: { error: "NO_RELAY" } },
  });
  window.answer = false;
  expect(await run(origin)).toBe(6);
  expect(window.last).toBe(toolTexts("en").failure("declined", ""));
});

test("told to end while the question waits, it ends at once", async () => {
  const origin = await serve({ [toolEndpoints.redeem]: { status: 200, body: redeemed } });
  window.answer = null;
  const ask = window.ask.bind(window);
  window.ask = (texts) => {
    queueMicrotask(() => ending.abort());
    return ask(texts);
  };
  expect(await run(origin)).toBe(0);
  cleanUp.run();
  expect([machine.isClosed, window.isClosed]).toEqual([true, true]);
});

test("a session that is over before it could be joined says so", async () => {
  const origin = await serve({
    [toolEndpoints.redeem]: { status: 200, body: redeemed },
    [toolEndpoints.join]: { status: 410, body: { error: "SESSION_ENDED" } },
  });
  expect(await run(origin)).toBe(7);
  expect(window.last).toBe(toolTexts("en").failure("sessionEnded", ""));
  expect(received.at(-1)).toEqual({ path: toolEndpoints.join, body: { toolSecret: redeemed.toolSecret } });
});

test("a file without a pairing says so before anything is asked", async () => {
  const code = await run(() => {
    throw new ToolFailure("notPaired");
  });
  expect(code).toBe(2);
  expect(window.shown).toEqual([toolTexts("en").connecting, toolTexts("en").failure("notPaired", "")]);
});
