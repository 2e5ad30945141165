import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { toolEndpoints, toolFileName } from "@/protocol/client-tool";
import { TestRelay } from "../../relay/testing/test-relay";
import { EVERYTHING } from "../../relay/testing/token-signer";
import { until } from "../../relay/testing/until";
import { bundleTool } from "../../scripts/client-tool/bundle-tool";

/**
 * The tool's own program on a machine that loads none of its native parts (too old a C library, a policy against it): it is run by Node
 * as it is, where what an executable carries is not to be had.
 */

let relay: TestRelay;
let folder: string;
let service: Server;
let tool: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "madoguchi-bare-"));
});

afterEach(async () => {
  tool?.kill("SIGKILL");
  service.closeAllConnections();
  service.close();
  await relay.stop();
  await rm(folder, { recursive: true });
});

/** A management server that knows one session. @returns its origin */
async function serve(sessionId: string): Promise<string> {
  service = createServer(async (request, response) => {
    const answers: Record<string, () => Promise<object>> = {
      [toolEndpoints.redeem]: async () => ({
        sessionId,
        toolSecret: "s".repeat(43),
        operatorName: "Aoi",
        companyName: "Demo Support",
        language: "en",
        sharesDevice: false,
      }),
      [toolEndpoints.join]: async () => ({
        sessionId,
        relayId: relay.relayId,
        signallingUrl: relay.signallingUrl,
        token: await relay.signer.join({ sessionId, role: "tool", permissions: EVERYTHING }),
        iceServers: [],
      }),
    };
    const answer = answers[request.url ?? ""];
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ? await answer() : {}));
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
}

/** @returns what it prints, and goes on printing */
async function start(origin: string): Promise<{ readonly printed: string; answer: (text: string) => void }> {
  const publicKey = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" });
  const identity = { version: "1.2.3", channel: "stable", publicKey: publicKey.toString("base64") } as const;
  const script = path.join(folder, "tool.cjs");
  await writeFile(script, await bundleTool("linux", identity));
  const name = toolFileName(origin, "abcdefghijklmnopqrst_-", ".run");
  // Where no desktop is, and nobody's home.
  const environment = { NODE_ENV: "production", PATH: process.env.PATH, HOME: folder } as const;
  const child = spawn(process.execPath, [script, `--pairing=${name}`], { env: environment });
  tool = child;
  const output = { printed: "", answer: (text: string) => void child.stdin.write(text) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      output.printed += String(bytes);
    });
  }
  return output;
}

test("it asks in the terminal, joins over its socket, says what stands in the way, and hears of the end", async () => {
  const sessionId = randomUUID();
  const origin = await serve(sessionId);
  relay = await TestRelay.start({ environment: { ALLOWED_ORIGINS: `http://support.test,${origin}` } });
  const operator = await relay.join(sessionId, "operator", EVERYTHING);
  await relay.join(sessionId, "customer", EVERYTHING);
  const output = await start(origin);
  await until("it asks", () =>
    output.printed.includes("Aoi of Demo Support wants to control this computer."),
  );
  output.answer("y\n");
  const heard = await operator.receiveOn("tool");
  const state = await until("it says how it is", () => heard[0]);
  expect(JSON.parse(state)).toMatchObject({ type: "state", version: "1.2.3", state: { phase: "blocked" } });
  expect(output.printed).toContain("WebRTC cannot be used here, so the channels go over the WebSocket");
  const ended = new Promise((resolve) => tool?.once("exit", resolve));
  await operator.client.request("endSession", {});
  await until("it says so", () => output.printed.includes("The operator has ended the session."));
  output.answer("\n");
  expect(await ended).toBe(0);
});
