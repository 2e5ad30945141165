import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeSelfSignedCertificate } from "@/lib/self-signed-certificate";
import { toolEndpoints } from "@/protocol/client-tool";
import { TestCertificate } from "../../relay/testing/test-certificate";
import type { TestRelay } from "../../relay/testing/test-relay";
import { EVERYTHING } from "../../relay/testing/token-signer";
import { until } from "../../relay/testing/until";
import { CleanUp } from "./clean-up";
import type { Environment } from "./network/proxy";
import type { SystemProxy } from "./network/system-proxy/system-proxy";
import { runTool } from "./run-tool";
import { ConnectProxy } from "./testing/connect-proxy";
import { RecordingMachine } from "./testing/recording-machine";
import { RecordingWindow } from "./testing/recording-window";
import { controlledBy, operatorNames, SessionStage, texts } from "./testing/session-stage";

/** Everything of the tool behind a company's proxy, with a certificate that the company has made itself. */

/** No packet gets there (RFC 5737). */
const NOWHERE = "192.0.2.1";

let stage: SessionStage;
let certificate: TestCertificate;
let service: Server;
let origin: string;
let relay: TestRelay;
let proxy: ConnectProxy | undefined;
let window: RecordingWindow;
let machine: RecordingMachine;

beforeEach(async () => {
  stage = new SessionStage();
  window = new RecordingWindow();
  machine = new RecordingMachine();
  certificate = await TestCertificate.make();
  const made = await makeSelfSignedCertificate(["127.0.0.1", "support.test", "relay.test"], 30);
  await certificate.write(made);
  certificate.pem = made.certificate;
  service = createServer({ cert: made.certificate, key: made.key });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const { port } = service.address() as AddressInfo;
  origin = `https://support.test:${port}`;
  relay = await stage.startRelay({
    certificate,
    environment: {
      RELAY_ANNOUNCED_ADDRESS: NOWHERE,
      ALLOWED_ORIGINS: `http://support.test,${origin}`,
    },
  });
  service.on("request", async (request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(await answer(request.url ?? "")));
  });
});

afterEach(async () => {
  proxy?.close();
  proxy = undefined;
  service.closeAllConnections();
  service.close();
  await stage.strike();
  await certificate.remove();
});

/** What the management server says. */
async function answer(path: string): Promise<object> {
  const { sessionId } = stage;
  if (path === toolEndpoints.redeem) {
    return { ...operatorNames, sessionId, toolSecret: "s".repeat(43), language: "en" };
  }
  return {
    sessionId,
    relayId: relay.relayId,
    signallingUrl: relay.signallingUrl.replace("127.0.0.1", "relay.test"),
    token: await relay.signer.join({ sessionId, role: "tool", permissions: EVERYTHING }),
    iceServers: [],
  };
}

/** @returns the exit code, when the tool has ended */
function start(environment: Environment, system: SystemProxy = { is: "direct" }): Promise<number> {
  const show = window.showMessage.bind(window);
  window.showMessage = (text, onClose) => {
    show(text, onClose);
    queueMicrotask(() => onClose?.());
  };
  return runTool({
    readPairing: () => ({ origin, token: "abcdefghijklmnopqrst_-" }),
    version: "1.2.3",
    language: "en",
    environment,
    readSystemProxy: async () => system,
    openWindow: async () => window,
    openMachine: async () => machine,
    readDevice: () => Promise.reject(new Error("nobody agreed to that")),
    bringUpToDate: async () => ({ is: "upToDate", obstacle: null, notice: null }),
    onSettled: () => {},
    print: () => {},
    cleanUp: new CleanUp(),
    signal: new AbortController().signal,
    timing: { transportsTimeoutMs: 300 },
  });
}

test.each([
  ["that everybody may use", null, ""],
  ["that asks for a name and a password", "user@office:p@ß:", "user%40office:p%40%C3%9F%3A@"],
])(
  "control through a proxy %s, with the machine's own certificates",
  async (_what, credentials, userinfo) => {
    proxy = await ConnectProxy.start(credentials);
    await stage.join(relay, "customer");
    const console = await stage.openConsole(relay);
    const ended = start({
      HTTPS_PROXY: `http://${userinfo}${proxy.host}`,
      SSL_CERT_FILE: certificate.certificateFile,
    });
    await until("the window says who controls", () => window.last === controlledBy);
    console.say({ type: "key", code: "KeyA", down: true });
    await until("the key is down", () => machine.held.has("KeyA"));
    await console.peer.client.request("endSession", {});
    expect(await ended).toBe(0);
    const ports = [origin, relay.signallingUrl].map((url) => new URL(url).port);
    expect(new Set(proxy.targets)).toEqual(new Set([`support.test:${ports[0]}`, `relay.test:${ports[1]}`]));
  },
);

test("the system's own proxy is taken where the environment names none", async () => {
  proxy = await ConnectProxy.start("user:password");
  const system: SystemProxy = { is: "proxy", address: proxy.host, isExcepted: () => false };
  expect(await start({}, system)).toBe(4);
  expect(window.last).toBe(texts.failure("proxy", new URL(origin).host));
});

test("a proxy that only a script could name is what is said to be in the way", async () => {
  const system: SystemProxy = { is: "script", address: "http://wpad.test/proxy.pac" };
  expect(await start({}, system)).toBe(4);
  expect(window.last).toBe(texts.failure("proxy", new URL(origin).host));
});

test("a proxy that does not know the tool is named as what is in the way", async () => {
  proxy = await ConnectProxy.start("user:password");
  expect(await start({ HTTPS_PROXY: `http://${proxy.host}` })).toBe(4);
  expect(window.last).toBe(texts.failure("proxy", new URL(origin).host));
  expect(proxy.targets).toEqual([]);
});

test("behind a proxy too, a service that cannot prove who it is gets nothing", async () => {
  proxy = await ConnectProxy.start(null);
  let asked = 0;
  service.on("request", () => {
    asked += 1;
  });
  expect(await start({ HTTPS_PROXY: `http://${proxy.host}` })).toBe(5);
  expect(window.last).toBe(texts.failure("certificate", new URL(origin).host));
  expect(asked).toBe(0);
});
