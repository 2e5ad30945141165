import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { parseCookies, signInCookieName } from "@/server/auth/cookies";
import { createCompany } from "@/server/domain/accounts/create-company";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
import { answerAuthRequest } from "./handle-auth-request";
import { createTestServer, type TestServer } from "./testing/test-server";

const right = { companyCode: "acme", operatorCode: "anna", password: "Right-pass1" };
const csrfSchema = z.object({ csrfToken: z.string() });
const redirectSchema = z.object({ url: z.string() });

let server: TestServer;
let origin: string;

beforeAll(async () => {
  server = await createTestServer();
  origin = server.env.PUBLIC_URL.origin;
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "administrator", password: right.password },
  ]);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.db.rateLimit.deleteMany();
});

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers({ origin, ...Object.fromEntries(new Headers(init.headers)) });
  headers.set(CLIENT_ADDRESS_HEADER, "192.0.2.7");
  return answerAuthRequest(new Request(`${origin}/api/auth/${path}`, { ...init, headers }), server);
}

/** The cookies that an answer sets, as a browser sends them back. */
function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

async function postForm(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const csrf = await ask("csrf");
  const { csrfToken } = csrfSchema.parse(await csrf.json());
  return ask(path, {
    method: "POST",
    headers: { cookie: cookiesOf(csrf), "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams({ csrfToken, ...form }).toString(),
  });
}

test("a form with the CSRF token signs in, and the API knows the cookie", async () => {
  const answer = await postForm("callback/operator", { ...right, json: "true" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(redirectSchema.parse(await answer.json()).url).toBe(`${origin}/`);
  const cookie = parseCookies(cookiesOf(answer)).get(signInCookieName(server.env)) ?? "";
  const viewer = await server.caller({ cookie: `${signInCookieName(server.env)}=${cookie}` }).viewer.me();
  expect(viewer).toMatchObject({ kind: "operator", operatorName: "Anna" });
  expect(await server.db.signIn.findFirstOrThrow({ orderBy: { id: "desc" } })).toMatchObject({
    clientAddress: "192.0.2.7",
  });
});

test("a form that no script sends is answered with a redirect", async () => {
  const answer = await postForm("callback/operator", { ...right, password: "Wrong-pass1" });
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toContain("error=SIGN_IN_FAILED");
  expect(cookiesOf(answer)).not.toContain(signInCookieName(server.env));
});

test("without the CSRF token nobody is signed in", async () => {
  const answer = await postForm("callback/operator", { ...right, csrfToken: "a".repeat(64), json: "true" });
  expect(redirectSchema.parse(await answer.json()).url).toContain("csrf=true");
  expect(cookiesOf(answer)).not.toContain(signInCookieName(server.env));
});

test.each(["https://evil.example", "null"])("a form from %s is refused before it is read", async (from) => {
  const answer = await postForm("callback/operator", { ...right, json: "true" }, { origin: from });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toEqual({ error: "ORIGIN_REFUSED" });
});

test("a form that is too large is refused", async () => {
  const answer = await postForm("callback/operator", { ...right, password: "x".repeat(20_000) });
  expect(answer.status).toBe(413);
});

test("other methods, actions and unreadable bodies are answered, not thrown", async () => {
  expect((await ask("csrf", { method: "PUT" })).status).toBe(405);
  expect((await ask("nothing-of-this-name")).status).toBe(400);
  expect((await ask("callback/%E0%A4%A")).status).toBe(400);
  const broken = { method: "POST", headers: { "content-type": "application/json" }, body: "{" };
  expect((await ask("callback/operator", broken)).status).toBe(302);
});
