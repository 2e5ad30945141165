import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { revokeSignIn } from "@/server/auth/current-sign-in";
import { signInOperator, signInProvider } from "@/server/auth/sign-in";
import { createDatabase } from "@/server/db/client";
import { createCompany } from "@/server/domain/accounts/create-company";
import { createProviderAccount } from "@/server/domain/accounts/create-provider-account";
import { answerTrpcRequest } from "./handle-request";
import { createTestServer, type TestServer } from "./testing/test-server";

const PASSWORD = "Right-pass1";
const browser = { userAgent: "test", formerSecret: undefined };
const answerSchema = z.object({
  result: z.object({ data: z.object({ json: z.unknown() }) }).optional(),
  error: z
    .object({
      json: z.object({
        message: z.string(),
        code: z.number(),
        data: z.record(z.string(), z.unknown()),
      }),
    })
    .optional(),
});

let server: TestServer;
let operatorSecret: string;
let operatorCookie: string;
let providerCookie: string;

beforeAll(async () => {
  server = await createTestServer();
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "operator", password: PASSWORD },
  ]);
  await createProviderAccount(server.db, { code: "root", name: "Root", password: PASSWORD });
  const codes = { companyCode: "acme", operatorCode: "anna", password: PASSWORD };
  operatorSecret = await signInOperator(server.anonymous(), codes, browser);
  operatorCookie = await server.cookieOf(operatorSecret);
  const root = await server.db.providerAccount.findUniqueOrThrow({ where: { code: "root" } });
  providerCookie = await server.cookieOf(await server.signInDirectly({ providerAccountId: root.id }));
});
afterAll(() => server.close());

async function call(path: string, init: RequestInit = {}) {
  const response = await server.fetch(`/api/trpc/${path}`, init);
  const answer = answerSchema.parse(await response.json());
  return { status: response.status, data: answer.result?.data.json, error: answer.error?.json };
}

function post(headers: Record<string, string>, json: unknown = {}): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ json }),
  };
}

test("each rung lets in whom it names, and says why it lets nobody else in", async () => {
  const own = server.env.PUBLIC_URL.origin;
  expect((await call("viewer.me")).data).toBeNull();
  expect((await call("viewer.me", { headers: { cookie: operatorCookie } })).data).toMatchObject({
    kind: "operator",
    role: "operator",
  });
  expect((await call("viewer.me", { headers: { cookie: providerCookie } })).data).toEqual({
    kind: "provider",
    name: "Root",
  });
  expect((await call("customer.current")).data).toBeNull();

  const refused = [
    [await call("provider.overview"), 401, "UNAUTHENTICATED"],
    [await call("provider.overview", { headers: { cookie: operatorCookie } }), 403, "FORBIDDEN"],
    [await call("reception.issue", post({ origin: own })), 401, "UNAUTHENTICATED"],
    [await call("reception.issue", post({ origin: own, cookie: providerCookie })), 403, "FORBIDDEN"],
    [await call("relay.heartbeat", post({})), 401, "UNAUTHENTICATED"],
    [await call("relay.heartbeat", post({ authorization: "Bearer wrong" })), 401, "UNAUTHENTICATED"],
  ] as const;
  for (const [{ status, error }, wantedStatus, code] of refused) {
    expect(status).toBe(wantedStatus);
    expect(error).toMatchObject({ message: code, data: { appCode: code, httpStatus: wantedStatus } });
  }
  const relays = await call("provider.relays?input=%7B%22json%22%3A%7B%7D%7D", {
    headers: { cookie: providerCookie },
  });
  expect(relays.data).toEqual([]);
});

test("a sign-in that waits for a step opens the own account and nothing else", async () => {
  const own = server.env.PUBLIC_URL.origin;
  const secret = await signInProvider(
    server.anonymous(),
    { providerCode: "root", password: PASSWORD },
    browser,
  );
  const cookie = await server.cookieOf(secret);
  expect((await call("viewer.me", { headers: { cookie } })).data).toBeNull();
  for (const answer of [
    await call("provider.overview", { headers: { cookie } }),
    await call("reception.issue", post({ origin: own, cookie })),
    await call("account.signIns?input=%7B%22json%22%3A%7B%7D%7D", { headers: { cookie } }),
    await call(
      "account.changePassword",
      post({ origin: own, cookie }, { currentPassword: PASSWORD, newPassword: "Another-pass2" }),
    ),
  ]) {
    expect([answer.status, answer.error?.data.appCode]).toEqual([403, "SIGN_IN_INCOMPLETE"]);
  }
  const overview = await call("account.overview?input=%7B%22json%22%3A%7B%7D%7D", { headers: { cookie } });
  expect(overview.data).toMatchObject({ kind: "provider", stage: "enrolment", name: "Root" });
});

test("a relay that knows the secret gets past the door; its input is parsed there", async () => {
  const authorization = `Bearer ${server.env.RELAY_SECRET.toString("base64url")}`;
  const { status, error } = await call(
    "relay.heartbeat",
    post({ authorization }, { relayId: "no such thing" }),
  );
  expect([status, error?.data.appCode]).toEqual([400, "BAD_REQUEST"]);
});

test("a change asked for by a page of another origin is refused, with and without a sign-in", async () => {
  const foreign = [
    { origin: "https://evil.example", cookie: operatorCookie },
    { origin: "https://evil.example" },
    { origin: "null", cookie: operatorCookie },
    { origin: `${server.env.PUBLIC_URL.origin}.evil.example`, cookie: operatorCookie },
    { origin: "http://localhost:1", cookie: operatorCookie },
    // No browser leaves the origin out, and only a browser has cookies.
    { cookie: operatorCookie },
  ];
  for (const headers of foreign) {
    const { status, error } = await call("reception.issue", post(headers as Record<string, string>));
    expect([status, error?.data.appCode], JSON.stringify(headers)).toEqual([403, "ORIGIN_REFUSED"]);
  }
  for (const origin of ["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"]) {
    const { status } = await call("reception.issue", post({ origin, cookie: operatorCookie }));
    expect(status, origin).toBe(200);
  }
});

test("a change cannot be asked for with GET", async () => {
  const { status, error } = await call("reception.issue?input=%7B%22json%22%3A%7B%7D%7D", {
    headers: { cookie: operatorCookie },
  });
  expect([status, error?.data.appCode]).toEqual([400, "BAD_REQUEST"]);
});

test.each([
  ["no such procedure", () => call("nothing.here"), 404, "NOT_FOUND"],
  ["broken JSON", () => call("reception.redeem", { ...post({}), body: "{" }), 400, "BAD_REQUEST"],
  ["wrong input", () => call("reception.redeem", post({}, { number: 1 })), 400, "BAD_REQUEST"],
  [
    "a body of another kind",
    () => call("reception.redeem", { method: "POST", body: "x" }),
    400,
    "BAD_REQUEST",
  ],
])("%s is refused with a code and without a word of ours or a stack", async (_, request, status, code) => {
  const answer = await request();
  expect(answer.status).toBe(status);
  expect(answer.error?.message).toBe(code);
  expect(Object.keys(answer.error?.data ?? {}).sort()).toEqual(["appCode", "httpStatus"]);
});

test("a body above the limit is refused before it is read to its end", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  const response = await server.fetch("/api/trpc/reception.redeem", {
    method: "POST",
    body: endless,
    headers: { "content-type": "application/json" },
    duplex: "half",
  } as RequestInit);
  expect(response.status).toBe(413);
  expect(await response.json()).toEqual({ error: "TOO_LARGE" });
  expect(sent).toBeLessThan(3_000_000);
});

test("an open subscription ends when its sign-in is revoked", async () => {
  const secret = await signInOperator(
    server.anonymous(),
    { companyCode: "acme", operatorCode: "anna", password: PASSWORD },
    browser,
  );
  const response = await server.fetch("/api/trpc/console.watch", {
    headers: { cookie: await server.cookieOf(secret), accept: "text/event-stream" },
  });
  expect(response.headers.get("content-type")).toMatch("text/event-stream");
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let received = "";
  let ended = false;
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      received += value;
    }
    ended = true;
  })();
  await vi.waitFor(() => expect(received).toContain("receptions"), 5_000);
  expect(ended).toBe(false);
  await revokeSignIn(server.db, secret, server.now());
  await reading;
  expect(received).toContain('"appCode":"UNAUTHENTICATED"');
});

test("a database that is away is UNAVAILABLE, and the status says so", async () => {
  const db = createDatabase("postgresql://127.0.0.1:1/nowhere");
  const request = (path: string) =>
    new Request(`${server.env.PUBLIC_URL.origin}/api/trpc/${path}`, { headers: { cookie: operatorCookie } });
  const response = await answerTrpcRequest(request("viewer.me"), { ...server, db });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { json: { data: { appCode: "UNAVAILABLE" } } } });
  const status = await answerTrpcRequest(request("status.get"), { ...server, db });
  expect(status.status).toBe(200);
  expect(await status.json()).toMatchObject({ result: { data: { json: { database: "down" } } } });
  await db.$disconnect();
});
