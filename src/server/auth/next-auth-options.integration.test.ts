import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestServer, type TestServer } from "@/server/api/testing/test-server";
import { createCompany } from "@/server/domain/accounts/create-company";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
// next-auth's routes without Next around them. The package does not export them: its entry for route handlers works only
// inside a running Next server.
import { AuthHandler } from "../../../node_modules/next-auth/core";
import { signInCookieName } from "./cookies";
import { createNextAuthOptions } from "./next-auth-options";
import { ADDRESS_FAILURES } from "./sign-in-throttle";

const PASSWORD = "Right-pass1";
const right = { companyCode: "Acme", operatorCode: "anna", password: PASSWORD };

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
  process.env.NEXTAUTH_URL = server.env.PUBLIC_URL.origin;
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "administrator", password: PASSWORD },
  ]);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.db.rateLimit.deleteMany();
});

/** A browser as next-auth sees it: it keeps cookies, and sends its CSRF token with every form. */
class Browser {
  readonly cookies = new Map<string, string>();

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async post(path: string, form: Record<string, string>) {
    const { body } = await this.#request("GET", "csrf", {});
    const csrfToken = String((body as { csrfToken?: unknown } | undefined)?.csrfToken);
    return this.#request("POST", path, { ...form, csrfToken, json: "true" });
  }

  signIn(form: Record<string, string>) {
    return this.post("callback/operator", form);
  }

  async viewer() {
    return server.caller({ cookie: this.cookieHeader }).viewer.me();
  }

  async #request(method: string, path: string, body: Record<string, string>) {
    const [action, providerId] = path.split("/");
    const answer = await AuthHandler({
      req: {
        method,
        action: action as "csrf",
        ...(providerId !== undefined && { providerId }),
        body,
        query: {},
        cookies: Object.fromEntries(this.cookies),
        headers: {
          cookie: this.cookieHeader,
          [CLIENT_ADDRESS_HEADER]: "192.0.2.7",
          "user-agent": "Test/1.0",
        },
      },
      options: createNextAuthOptions(server),
    });
    for (const { name, value } of answer.cookies ?? []) {
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return answer;
  }
}

test("signing in sets an HttpOnly cookie that says nothing, and the API knows who it is", async () => {
  const browser = new Browser();
  const answer = await browser.signIn(right);
  const cookie = answer.cookies?.find(({ name }) => name === signInCookieName(server.env));
  expect(cookie?.options).toMatchObject({ httpOnly: true, sameSite: "lax", path: "/", secure: false });
  expect(await browser.viewer()).toEqual({
    kind: "operator",
    operatorName: "Anna",
    companyName: "Acme",
    role: "administrator",
  });
  const row = await server.db.signIn.findFirstOrThrow({ orderBy: { id: "desc" } });
  expect(row).toMatchObject({ clientAddress: "192.0.2.7", userAgent: "Test/1.0" });
});

test("over TLS the cookie is Secure and bound to the host", () => {
  const env = { ...server.env, PUBLIC_URL: new URL("https://support.example.com") };
  const { sessionToken } = createNextAuthOptions({ ...server, env }).cookies ?? {};
  expect(sessionToken?.name).toBe("__Host-madoguchi_sign_in");
  expect(sessionToken?.options).toMatchObject({ secure: true, path: "/" });
  expect(sessionToken?.options.domain).toBeUndefined();
});

test.each([
  ["a wrong password", { ...right, password: "Wrong-pass1" }],
  ["an unknown company", { ...right, companyCode: "nobody" }],
  ["nothing typed", { companyCode: "", operatorCode: "", password: "" }],
  ["too much typed", { ...right, password: "x".repeat(100_000) }],
  ["fields missing", {}],
])("%s is answered with SIGN_IN_FAILED and no cookie", async (_, form) => {
  const browser = new Browser();
  const answer = await browser.signIn(form as Record<string, string>);
  expect(answer.status).toBe(401);
  expect(answer.redirect).toMatch(/\?error=SIGN_IN_FAILED$/);
  expect(browser.cookies.has(signInCookieName(server.env))).toBe(false);
});

test("a throttled address is answered with SIGN_IN_THROTTLED", async () => {
  const browser = new Browser();
  const errors: (string | null)[] = [];
  for (let tries = 0; tries < ADDRESS_FAILURES + 1; tries += 1) {
    const { redirect } = await browser.signIn({ ...right, operatorCode: `guess${tries}` });
    errors.push(new URL(redirect ?? "").searchParams.get("error"));
  }
  expect(new Set(errors.slice(0, ADDRESS_FAILURES))).toEqual(new Set(["SIGN_IN_FAILED"]));
  expect(errors.at(-1)).toBe("SIGN_IN_THROTTLED");
});

test("without its CSRF token a form does nothing", async () => {
  const answer = await AuthHandler({
    req: {
      method: "POST",
      action: "callback",
      providerId: "operator",
      body: { ...right, csrfToken: "forged" },
      query: {},
      cookies: {},
      headers: { [CLIENT_ADDRESS_HEADER]: "192.0.2.7" },
    },
    options: createNextAuthOptions(server),
  });
  expect(answer.cookies?.some(({ name }) => name === signInCookieName(server.env)) ?? false).toBe(false);
  expect(answer.redirect).toContain("csrf=true");
});

test("signing in again replaces the sign-in of this browser", async () => {
  const browser = new Browser();
  await browser.signIn(right);
  const former = browser.cookieHeader;
  await browser.signIn(right);
  expect(await browser.viewer()).not.toBeNull();
  expect(await server.caller({ cookie: former }).viewer.me()).toBeNull();
});

test.each([
  ["/console?a=b", "http://localhost:3000/console?a=b"],
  ["http://127.0.0.1:3000/console", "http://127.0.0.1:3000/console"],
  ["https://evil.example/", "http://localhost:3000"],
  ["//evil.example", "http://localhost:3000"],
  ["/\\evil.example", "http://localhost:3000"],
  ["javascript:alert(1)", "http://localhost:3000"],
  ["http://[", "http://localhost:3000"],
])("after signing in %s leads to %s", async (callbackUrl, address) => {
  const answer = await new Browser().signIn({ ...right, callbackUrl });
  expect(answer.redirect).toBe(address);
});

describe("a second factor", () => {
  test("comes in a form of its own, and its answer is a cookie with another secret", async () => {
    const { id } = await server.db.operator.findFirstOrThrow({ where: { code: "anna" } });
    const setUp = new Browser();
    await setUp.signIn(right);
    const { account } = server.caller({ origin: server.env.PUBLIC_URL.origin, cookie: setUp.cookieHeader });
    const { secret } = await account.beginTotp({ currentPassword: PASSWORD });
    const codeAt = (ms: number) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: ms });
    const { recoveryCodes } = await account.confirmTotp({ code: codeAt(server.now().getTime()) });

    const browser = new Browser();
    expect((await browser.signIn(right)).redirect).not.toContain("error=");
    expect(await browser.viewer()).toBeNull();
    const pending = browser.cookieHeader;
    const form = (fields: Record<string, string>) => browser.post("callback/second_factor", fields);
    for (const [fields, error] of [
      [{ code: "000000" }, "SECOND_FACTOR_FAILED"],
      [{ recoveryCode: "aaaaa-aaaaa" }, "SECOND_FACTOR_FAILED"],
      [{ passkey: "{" }, "SECOND_FACTOR_FAILED"],
      [{}, "SECOND_FACTOR_FAILED"],
    ] as const) {
      const answer = await form({ ...fields });
      expect(answer.status).toBe(401);
      expect(new URL(answer.redirect ?? "").searchParams.get("error")).toBe(error);
    }
    const finished = await form({ code: "", recoveryCode: recoveryCodes[0] ?? "" });
    expect(finished.redirect).not.toContain("error=");
    expect(await browser.viewer()).toMatchObject({ operatorName: "Anna" });
    expect(browser.cookieHeader).not.toBe(pending);
    // Somebody who kept the cookie from before has nothing, and without any there is nothing to go on with.
    const account2 = server.caller({ origin: server.env.PUBLIC_URL.origin, cookie: pending }).account;
    await expect(account2.overview({})).rejects.toThrow("UNAUTHENTICATED");
    const nobody = await new Browser().post("callback/second_factor", { code: "000000" });
    expect(nobody.redirect).toMatch(/\?error=UNAUTHENTICATED$/);
    await server.db.totpCredential.deleteMany({ where: { operatorId: id } });
  });

  test("a passkey that cannot be read is a passkey that fails", async () => {
    for (const response of ["", "{", "{}", JSON.stringify({ challengeId: "x", response: {} })]) {
      const answer = await new Browser().post("callback/passkey", { response });
      expect(answer.redirect).toMatch(/\?error=PASSKEY_FAILED$/);
    }
  });
});

test("signing out ends the sign-in on the server, not only the cookie", async () => {
  const browser = new Browser();
  await browser.signIn(right);
  const kept = browser.cookieHeader;
  await browser.post("signout", {});
  expect(browser.cookies.has(signInCookieName(server.env))).toBe(false);
  expect(await server.caller({ cookie: kept }).viewer.me()).toBeNull();
  const event = await server.db.auditEvent.findFirstOrThrow({ orderBy: { id: "desc" } });
  expect(event.action).toBe("sign_in.signed_out");
  expect(event.actor).toBe(event.subject);
});

test("next-auth's own session route tells nothing about who is signed in", async () => {
  const browser = new Browser();
  await browser.signIn(right);
  const answer = await AuthHandler({
    req: {
      method: "GET",
      action: "session",
      query: {},
      cookies: Object.fromEntries(browser.cookies),
      headers: { cookie: browser.cookieHeader },
    },
    options: createNextAuthOptions(server),
  });
  expect(Object.keys((answer.body as object | undefined) ?? {})).toEqual(["expires"]);
});
