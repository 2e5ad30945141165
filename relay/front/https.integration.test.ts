import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Agent, request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { boundPort } from "../signalling/http-server";
import { TestCertificate } from "../testing/test-certificate";
import { TestRelay } from "../testing/test-relay";
import { until } from "../testing/until";

let certificate: TestCertificate;
let relay: TestRelay;
/** The management server's stand-in: what it got, and how it answers. */
let site: { server: Server; requests: IncomingMessage[]; answer: (response: ServerResponse) => void };

beforeEach(async () => {
  const requests: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    requests.push(incoming);
    site.answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  site = { server, requests, answer: (response) => response.end("the site's page") };
  certificate = await TestCertificate.make();
  relay = await TestRelay.start({
    certificate,
    environment: { RELAY_SITE_URL: `http://127.0.0.1:${boundPort(server.address())}` },
  });
  return async () => {
    await relay.stop();
    server.close();
    server.closeAllConnections();
    await certificate.remove();
  };
});

interface Answer {
  status: number | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

function options(path: string, headers: Record<string, string> = {}) {
  const agent = new Agent({ keepAlive: false });
  // Otherwise the Host header would be the name that the certificate must have.
  const servername = "localhost";
  return { host: "127.0.0.1", port: relay.relay.port, servername, path, headers, ca: certificate.pem, agent };
}

async function open(path: string, headers?: Record<string, string>): Promise<IncomingMessage> {
  const outgoing = requestHttps(options(path, headers));
  outgoing.end();
  const [response]: IncomingMessage[] = await once(outgoing, "response");
  if (response === undefined) throw new Error("no response");
  return response;
}

async function get(path: string, headers?: Record<string, string>): Promise<Answer> {
  const response = await open(path, headers);
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe("HTTPS on the one port", () => {
  test("answers what is the relay's, and the site answers the rest", async () => {
    expect(JSON.parse((await get("/healthz")).body)).toMatchObject({ status: "ok" });
    expect((await get("/metrics")).body).toContain("madoguchi_relay_certificate_not_after_seconds");
    expect(site.requests).toEqual([]);
    expect(await get("/console?page=2")).toMatchObject({ status: 200, body: "the site's page" });
    expect(site.requests[0]?.url).toBe("/console?page=2");
  });

  test("tells the site who asks, whatever the client says about that", async () => {
    await get("/", {
      host: "support.example",
      "x-forwarded-for": "203.0.113.9",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "evil.example",
      "x-forwarded-port": "1",
      "x-real-ip": "203.0.113.9",
      forwarded: "for=203.0.113.9",
    });
    const headers = site.requests[0]?.headers ?? {};
    expect(headers).toMatchObject({
      host: "support.example",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "support.example",
    });
    for (const name of ["x-forwarded-port", "x-real-ip", "forwarded"])
      expect(headers).not.toHaveProperty(name);
  });

  test("lets an event stream flow as it comes, and ends it at the site when the browser has gone", async () => {
    let stream: ServerResponse | undefined;
    site.answer = (response) => {
      stream = response;
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    };
    // Resolves with the headers, before there is any event.
    const response = await open("/api/events");
    expect(response.headers["content-type"]).toBe("text/event-stream");
    let received = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      received += chunk;
    });
    response.on("error", () => {});
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      stream?.write(event);
      await until("the event arrives alone", () => received.endsWith(event));
    }
    response.destroy();
    await until("the site sees it end", () => stream?.destroyed);
  });

  test("says so in words when the site does not answer", async () => {
    site.server.close();
    site.server.closeAllConnections();
    const answer = await get("/");
    expect(answer).toMatchObject({ status: 502, headers: { "retry-after": "5" } });
    expect(answer.body).toContain("does not answer");
    expect((await get("/healthz")).status).toBe(200);
  });

  test("takes no WebSocket but the signalling", async () => {
    const webSocket = new WebSocket(`wss://127.0.0.1:${relay.relay.port}/_next/hmr`, { ca: certificate.pem });
    const [error]: Error[] = await once(webSocket, "error");
    expect(error?.message).toContain("404");
    expect(site.requests).toEqual([]);
    expect((await relay.connect()).closed).toBeUndefined();
  });
});

describe("plain HTTP on the one port", () => {
  test("is sent to HTTPS with its method, wherever it asked for", async () => {
    for (const [method, path] of [
      ["GET", "/r/123456?x=1"],
      ["POST", "/api/trpc/x"],
      ["GET", "//evil.example/"],
    ] as const) {
      const response = await fetch(`${relay.httpUrl}${path}`, { method, redirect: "manual" });
      expect(response.status).toBe(308);
      expect(response.headers.get("location")).toBe(`https://127.0.0.1:${relay.relay.port}${path}`);
    }
    expect(site.requests).toEqual([]);
  });

  test("opens no WebSocket", async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${relay.relay.port}/signalling`);
    const [error]: Error[] = await once(webSocket, "error");
    expect(error?.message).toContain("308");
  });

  test("is answered to this machine where it is the relay's own", async () => {
    expect((await fetch(`${relay.httpUrl}/healthz`)).status).toBe(200);
  });
});

describe("a certificate that changes on the disk", () => {
  async function served(): Promise<string> {
    const socket = connectTls({ host: "127.0.0.1", port: relay.relay.port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  }

  test("is served to the next handshake, and what is connected stays", async () => {
    const client = await relay.connect();
    const before = await served();
    await certificate.renew();
    await until("the new one is served", async () => (await served()) !== before);
    await client.join(await relay.signer.join({ sessionId: randomUUID(), role: "customer" }));
    expect(client.closed).toBeUndefined();
    // The new one is the one that clients trust now.
    expect((await get("/healthz")).status).toBe(200);
    expect(await relay.metric("certificate_reloads_total", 'result="served"')).toBe(1);
  });

  test("to something that cannot be served leaves the one before, and is told", async () => {
    const before = await served();
    const other = await TestCertificate.make();
    const [key, own] = [
      await readFile(other.keyFile, "utf8"),
      await readFile(certificate.certificateFile, "utf8"),
    ];
    await other.remove();
    // A key that belongs to another certificate, then no certificate at all.
    await certificate.write({ certificate: own, key });
    await relay.untilMetric("certificate_reloads_total", 1, 'result="refused"');
    expect(await served()).toBe(before);
    await certificate.write({ certificate: "nothing", key });
    await relay.untilMetric("certificate_reloads_total", 2, 'result="refused"');
    expect(await served()).toBe(before);
    await certificate.renew();
    await until("a right one is served", async () => (await served()) !== before);
  });

  test("that is wrong at the start stops it with the file's name", async () => {
    await certificate.write({ certificate: "nothing", key: "nothing" });
    await expect(TestRelay.start({ certificate })).rejects.toThrow(/cert\.pem holds no certificate in PEM/);
  });
});
