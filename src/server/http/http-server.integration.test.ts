import { once } from "node:events";
import type { IncomingHttpHeaders, Server } from "node:http";
import { request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { parseEnvironment } from "@/env";
import { CLIENT_ADDRESS_HEADER } from "./client-address";
import { createHttpServer } from "./http-server";
import { testVariables } from "./testing/test-variables";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers with the headers that the application behind it would see. */
async function start(variables: Record<string, string> = {}) {
  const env = parseEnvironment({ ...testVariables(), ...variables });
  const seen: { headers: IncomingHttpHeaders; rawHeaders: string[] }[] = [];
  const server = createHttpServer(
    env,
    async ({ headers, rawHeaders, url }, response) => {
      seen.push({ headers, rawHeaders });
      if (url === "/throws") throw new Error("a secret of ours");
      response.end("served");
    },
    () => undefined,
  );
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const get = (headers: Record<string, string> = {}, path = "/") =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      request(
        { port, host: "127.0.0.1", path, headers: { host: "localhost:3000", ...headers } },
        (response) => {
          let body = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            body += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
        },
      )
        .on("error", reject)
        .end();
    });
  return { get, seen, port };
}

describe("the client's address", () => {
  test("is the socket's, whatever the client says", async () => {
    const { get, seen } = await start();
    await get({
      [CLIENT_ADDRESS_HEADER]: "203.0.113.9",
      "X-Forwarded-For": "203.0.113.9",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "evil.example",
      Forwarded: "for=203.0.113.9",
      "X-Real-IP": "203.0.113.9",
      "x-middleware-subrequest": "proxy:proxy:proxy",
      "x-nonce": "forged",
    });
    const { headers, rawHeaders } = seen[0] ?? { headers: {}, rawHeaders: [] };
    expect(headers[CLIENT_ADDRESS_HEADER]).toBe("127.0.0.1");
    expect(headers["x-forwarded-proto"]).toBe("http");
    for (const name of ["x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip", "x-nonce"]) {
      expect(headers[name], name).toBeUndefined();
    }
    expect(headers["x-middleware-subrequest"]).toBeUndefined();
    expect(JSON.stringify(rawHeaders)).not.toMatch(/203\.0\.113\.9|evil\.example|proxy:proxy|forged/);
  });

  test.each([
    ["one hop", "198.51.100.4", "198.51.100.4"],
    ["what the client made up before it", "1.1.1.1, 198.51.100.4", "198.51.100.4"],
    ["our proxies behind it", "1.1.1.1, 198.51.100.4, 10.0.0.2, 10.0.0.3", "198.51.100.4"],
    ["an IPv6 client", "1.1.1.1,2001:db8::7", "2001:db8::7"],
    ["an IPv4 client in IPv6 clothing", "::ffff:198.51.100.4", "198.51.100.4"],
    ["nonsense where the client should be", "198.51.100.4, nonsense, 10.0.0.2", "127.0.0.1"],
    ["only our proxies", "10.0.0.2", "127.0.0.1"],
    ["nothing", "", "127.0.0.1"],
  ])("behind a trusted proxy is the right-most hop that is not ours: %s", async (_, forwarded, address) => {
    const { get, seen } = await start({ TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8" });
    await get({ "x-forwarded-for": forwarded, [CLIENT_ADDRESS_HEADER]: "203.0.113.9" });
    expect(seen[0]?.headers[CLIENT_ADDRESS_HEADER]).toBe(address);
  });
});

describe("the Host", () => {
  test.each(["localhost:3000", "127.0.0.1:3000", "[::1]:3000"])("%s is ours on one machine", async (host) => {
    const { get } = await start();
    expect((await get({ host })).status).toBe(200);
  });

  test.each([
    "evil.example",
    "evil.example:3000",
    "localhost",
    "localhost:3001",
    "localhost:3000.evil.example",
  ])("%s is refused", async (host) => {
    const { get, seen } = await start();
    expect((await get({ host })).status).toBe(400);
    expect(seen).toHaveLength(0);
  });

  test("is PUBLIC_URL's alone when that is not this machine", async () => {
    const { get } = await start({ PUBLIC_URL: "https://support.example.com" });
    expect((await get({ host: "support.example.com" })).status).toBe(200);
    expect((await get({ host: "localhost:3000" })).status).toBe(400);
  });

  test("does not matter to relays and health checks, which come from inside the network", async () => {
    const { get } = await start({ PUBLIC_URL: "https://support.example.com" });
    const host = "10.1.2.3:3000";
    expect((await get({ host }, "/api/health")).status).toBe(200);
    expect((await get({ host }, "/api/trpc/relay.heartbeat")).status).toBe(200);
    for (const path of [
      "/api/trpc/relay.heartbeat,console.watch",
      "/api/healthy",
      "/api/trpc/viewer.me",
      "/",
    ]) {
      expect((await get({ host }, path)).status, path).toBe(400);
    }
  });
});

test("what goes wrong inside is a plain 500 without a word about it", async () => {
  const { get } = await start();
  expect(await get({}, "/throws")).toEqual({ status: 500, body: "" });
});

test("headers beyond the limit and broken requests are refused by the server itself", async () => {
  const { get, port, seen } = await start();
  expect((await get({ cookie: "x".repeat(40_000) })).status).toBe(431);
  const socket = connect(port, "127.0.0.1");
  socket.end("NONSENSE\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  expect(seen).toHaveLength(0);
});
