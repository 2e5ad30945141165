import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import superjson from "superjson";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCompany } from "@/server/domain/accounts/create-company";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
import { answerPlainCalls, readPlainCalls } from "./answer-plain-calls";
import { createTestServer, type TestServer } from "./testing/test-server";

let server: TestServer;
let url: string;
let cookie: string;
let stop: () => void;
/** Requests that were left to tRPC's adapter. */
let left: IncomingMessage[] = [];

beforeAll(async () => {
  server = await createTestServer();
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "operator", password: "Right-pass1" },
  ]);
  const { id } = await server.db.operator.findFirstOrThrow();
  cookie = await server.cookieOf(await server.signInDirectly({ operatorId: id }));
  const listening = createServer((request, response) => {
    const calls = readPlainCalls(request);
    if (calls) {
      request.headers[CLIENT_ADDRESS_HEADER] = "192.0.2.1";
      void answerPlainCalls(calls, request, response, server);
      return;
    }
    left.push(request);
    response.end();
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const address = listening.address();
  url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  stop = () => {
    listening.closeAllConnections();
    listening.close();
  };
});
afterAll(async () => {
  stop();
  await server.close();
});

const json = { "content-type": "application/json" };
const encoded = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const one = superjson.serialize({ number: "000000" });

/** What is asked in the same words of both, and changes nothing that the other one's answer depends on. */
const requests: readonly [name: string, path: string, init?: RequestInit][] = [
  ["a query", "viewer.me"],
  ["a query of a batch", "viewer.me?batch=1&input=%7B%7D"],
  ["two queries", "viewer.me,viewer.signInOptions?batch=1"],
  ["a batch of which one is refused", `viewer.me,provider.overview?batch=1&input=${encoded({})}`],
  ["a batch of which both are refused", `policies.get,provider.overview?batch=1&input=${encoded({})}`],
  ["a query with an unreadable input", "log.list?input=%7B"],
  ["a query with a wrong input", `log.list?input=${encoded(superjson.serialize({ from: 1 }))}`],
  ["a batch whose input is no object", "log.list?batch=1&input=%5B1%5D"],
  ["a mutation that is refused", "session.end", { method: "POST", headers: json, body: JSON.stringify(one) }],
  ["a mutation with a body that is no JSON", "session.end", { method: "POST", headers: json, body: "{" }],
  [
    "a mutation from elsewhere",
    "reception.issue",
    { method: "POST", headers: { ...json, origin: "https://evil.example" }, body: JSON.stringify(one) },
  ],
  [
    "a mutation in a batch",
    "reception.redeem?batch=1",
    { method: "POST", headers: json, body: JSON.stringify({ 0: superjson.serialize({ number: "12" }) }) },
  ],
];

test.each(requests)("%s is answered as tRPC's own adapter does", async (_, path, init = {}) => {
  left = [];
  const headers = { cookie, origin: server.env.PUBLIC_URL.origin, ...init.headers };
  const plain = await fetch(`${url}/api/trpc/${path}`, { ...init, headers });
  const adapter = await server.fetch(`/api/trpc/${path}`, { ...init, headers });
  expect(left).toHaveLength(0);
  expect(await plain.json()).toEqual(await adapter.json());
  expect(plain.status).toBe(adapter.status);
  for (const name of ["content-type", "cache-control", "vary"]) {
    expect(plain.headers.get(name)).toBe(adapter.headers.get(name));
  }
  expect(plain.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("a mutation is done once, and its cookie arrives", async () => {
  const headers = { ...json, cookie, origin: server.env.PUBLIC_URL.origin };
  const post = (path: string, input: unknown) =>
    fetch(`${url}/api/trpc/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(superjson.serialize(input)),
    });
  const issued = await post("reception.issue", {});
  expect(issued.status).toBe(200);
  expect(await server.db.receptionNumber.count()).toBe(1);
  const { result } = await issued.json();
  const device = {
    browserName: "Chromium",
    browserVersion: "1",
    osName: "Linux",
    osVersion: "",
    screenWidth: 1,
    screenHeight: 1,
    devicePixelRatio: 1,
    language: "en",
  };
  const redeemed = await post("reception.redeem", { number: result.data.json.number, device });
  expect(redeemed.status).toBe(200);
  expect(redeemed.headers.getSetCookie()).toMatchObject([expect.stringContaining("madoguchi_ticket=")]);
});

test.each([
  ["a subscription", "console.watch", {}],
  ["a stream of answers", "viewer.me?batch=1", { headers: { "trpc-accept": "application/jsonl" } }],
  ["an unknown procedure", "viewer.nobody", {}],
  ["a mutation by GET", "reception.issue", {}],
  ["a query by POST", "viewer.me", { method: "POST", headers: json, body: "{}" }],
  ["a form", "reception.issue", { method: "POST", body: new URLSearchParams({ a: "b" }) }],
  [
    "a body that is too large",
    "reception.issue",
    { method: "POST", headers: json, body: "x".repeat(1_048_577) },
  ],
  ["too large a batch", `${Array(21).fill("viewer.me").join(",")}?batch=1`, {}],
  ["another method", "viewer.me", { method: "HEAD" }],
] satisfies [string, string, RequestInit][])("%s is left to tRPC's own adapter", async (_, path, init) => {
  left = [];
  await fetch(`${url}/api/trpc/${path}`, init);
  expect(left).toHaveLength(1);
});

test("revoking a sign-in counts at the next request, however many ask at once", async () => {
  const me = async () =>
    (await (await fetch(`${url}/api/trpc/viewer.me`, { headers: { cookie } })).json()).result;
  const before = await Promise.all(Array.from({ length: 20 }, me));
  for (const { data } of before) expect(data.json).toMatchObject({ operatorName: "Anna" });
  await server.db.signIn.updateMany({ data: { revokedAt: new Date() } });
  const after = await Promise.all(Array.from({ length: 20 }, me));
  for (const { data } of after) expect(data.json).toBeNull();
});
