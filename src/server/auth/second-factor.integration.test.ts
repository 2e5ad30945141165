import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { createTestServer, type TestServer } from "@/server/api/testing/test-server";
import { createCompany } from "@/server/domain/accounts/create-company";
import { createProviderAccount } from "@/server/domain/accounts/create-provider-account";
import { parseCookies, signInCookieName } from "./cookies";
import { resolveSignIn } from "./current-sign-in";
import { signInOperator, signInProvider } from "./sign-in";
import { secondFactorSchema } from "./sign-in-input";
import { readSignInSecret } from "./sign-in-token";
import { signInWithSecondFactor } from "./sign-in-with-second-factor";

const PASSWORD = "Right-pass1";
const ORIGIN = "http://localhost:3000";
const STEP_MS = 30_000;
const browser = { userAgent: "test", formerSecret: undefined };

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer({ SMTP_URL: "smtp://127.0.0.1:9" });
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "operator", email: "anna@example.com", password: PASSWORD },
  ]);
  await createProviderAccount(server.db, { code: "root", name: "Root", password: PASSWORD });
});
afterAll(() => server.close());
beforeEach(async () => {
  const { db } = server;
  await Promise.all([
    db.rateLimit.deleteMany(),
    db.totpCredential.deleteMany(),
    db.recoveryCode.deleteMany(),
    db.outgoingMail.deleteMany(),
    db.signIn.deleteMany(),
  ]);
  const fresh = { failedSignIns: 0, lockedUntil: null, mustChangePassword: false };
  await db.operator.updateMany({ data: { ...fresh, passwordChangedAt: server.now() } });
  await db.providerAccount.updateMany({ data: fresh });
  await db.companyPolicy.updateMany({
    data: { mfaRequired: false, passwordMaxAgeDays: 0, allowedNetworks: [] },
  });
});

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(() => "allowed").catch((cause: unknown) => cause);
  if (typeof error === "string") return error;
  if (error instanceof AppError) return error.code;
  return error instanceof Error && error.cause instanceof AppError ? error.cause.code : String(error);
}

/** A browser with a sign-in: it takes over the cookie that a step sets. */
class Visitor {
  secret: string;

  constructor(secret: string) {
    this.secret = secret;
  }

  async call<T>(use: (account: ReturnType<TestServer["caller"]>["account"]) => Promise<T>): Promise<T> {
    const resHeaders = new Headers();
    const cookie = await server.cookieOf(this.secret);
    const answer = await use(server.caller({ origin: ORIGIN, cookie }, resHeaders).account);
    const set = resHeaders.get("set-cookie");
    if (set !== null) {
      const value = parseCookies(set.split(";")[0] ?? "").get(signInCookieName(server.env)) ?? "";
      const header = `${signInCookieName(server.env)}=${value}`;
      this.secret = (await readSignInSecret(header, server.env)) ?? "";
    }
    return answer;
  }

  async stage(): Promise<string | undefined> {
    return (await resolve(this.secret))?.stage;
  }
}

function resolve(secret: string, clientAddress = "192.0.2.1") {
  return resolveSignIn(server.db, secret, server.now(), { touch: false, clientAddress });
}

function withPassword(clientAddress?: string): Promise<string> {
  const codes = { companyCode: "acme", operatorCode: "anna", password: PASSWORD };
  return signInOperator(server.anonymous(clientAddress), codes, browser);
}

function withSecond(pending: string, form: { code?: string; recoveryCode?: string }, clientAddress?: string) {
  const input = secondFactorSchema.parse(form);
  return signInWithSecondFactor(server.anonymous(clientAddress), input, {
    ...browser,
    formerSecret: pending,
  });
}

/** What an authenticator app shows at the server's time, or some steps off. */
function codeFor(secret: string, steps = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  return totp.generate({ timestamp: server.now().getTime() + steps * STEP_MS });
}

/** Sets an app up for the operator; afterwards a time step has passed, so that the next code is another. */
async function enrol(): Promise<{ secret: string; recoveryCodes: string[] }> {
  const visitor = new Visitor(await withPassword());
  const { secret, uri } = await visitor.call((account) => account.beginTotp({ currentPassword: PASSWORD }));
  expect(uri).toMatch(/^otpauth:\/\/totp\/Madoguchi:/);
  const { recoveryCodes } = await visitor.call((account) => account.confirmTotp({ code: codeFor(secret) }));
  server.passTime(STEP_MS);
  return { secret, recoveryCodes };
}

describe("the stages of a sign-in", () => {
  test("whoever must have a second factor enrols first, with a fresh secret at each step", async () => {
    const first = await signInProvider(
      server.anonymous(),
      { providerCode: "root", password: PASSWORD },
      browser,
    );
    const visitor = new Visitor(first);
    expect(await visitor.stage()).toBe("enrolment");
    const { secret } = await visitor.call((account) => account.beginTotp({}));
    expect(await codeOf(visitor.call((account) => account.confirmTotp({ code: "000000" })))).toBe(
      "SECOND_FACTOR_FAILED",
    );
    await visitor.call((account) => account.confirmTotp({ code: codeFor(secret) }));
    expect(await visitor.stage()).toBe("complete");
    expect(visitor.secret).not.toBe(first);
    expect(await resolve(first)).toBeNull();
    const row = await server.db.signIn.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(row.methods).toEqual(["password", "totp"]);
  });

  test("a second factor first, then a password that is due: each in its turn and none twice", async () => {
    const { secret } = await enrol();
    await server.db.operator.updateMany({ data: { mustChangePassword: true } });
    const pending = await withPassword();
    expect((await resolve(pending))?.stage).toBe("second_factor");
    const visitor = new Visitor(await withSecond(pending, { code: codeFor(secret) }));
    expect(await visitor.stage()).toBe("password_change");
    const former = visitor.secret;
    const change = (newPassword: string) =>
      visitor.call((account) => account.changePassword({ currentPassword: PASSWORD, newPassword }));
    expect(await codeOf(change(PASSWORD))).toBe("PASSWORD_REUSED");
    await change("Another-pass2");
    expect(await visitor.stage()).toBe("complete");
    expect(await resolve(former)).toBeNull();
    await server.db.formerPassword.deleteMany();
    // Back to the first one for the other tests.
    await visitor.call((account) =>
      account.changePassword({ currentPassword: "Another-pass2", newPassword: PASSWORD }),
    );
  });

  test("a password that is older than the policy allows must be changed", async () => {
    await server.db.companyPolicy.updateMany({ data: { passwordMaxAgeDays: 30 } });
    expect((await resolve(await withPassword()))?.stage).toBe("complete");
    await server.db.operator.updateMany({
      data: { passwordChangedAt: new Date(server.now().getTime() - 31 * 24 * 3_600_000) },
    });
    expect((await resolve(await withPassword()))?.stage).toBe("password_change");
  });

  test("a sign-in that waits for its second factor opens nothing, and cannot be made complete otherwise", async () => {
    const { secret } = await enrol();
    const visitor = new Visitor(await withPassword());
    const refused = await Promise.all([
      codeOf(visitor.call((account) => account.signIns({}))),
      codeOf(visitor.call((account) => account.beginTotp({ currentPassword: PASSWORD }))),
      codeOf(visitor.call((account) => account.confirmTotp({ code: codeFor(secret) }))),
      codeOf(visitor.call((account) => account.beginPasskey({ currentPassword: PASSWORD }))),
      codeOf(visitor.call((account) => account.newRecoveryCodes({ currentPassword: PASSWORD }))),
      codeOf(
        visitor.call((account) =>
          account.changePassword({ currentPassword: PASSWORD, newPassword: "Another-pass2" }),
        ),
      ),
    ]);
    expect(new Set(refused)).toEqual(new Set(["SIGN_IN_INCOMPLETE"]));
    expect(await visitor.call((account) => account.overview({}))).toMatchObject({
      stage: "second_factor",
      secondFactors: ["totp", "recovery_code"],
      email: null,
      code: "",
      passkeys: [],
    });
    server.passTime(10 * 60_000);
    expect(await visitor.stage()).toBeUndefined();
  });

  test("a sign-in from before the second factor cannot add one beside it", async () => {
    await server.db.companyPolicy.updateMany({ data: { mfaRequired: true } });
    const thief = new Visitor(await withPassword());
    await thief.call((account) => account.beginTotp({}));
    const owner = new Visitor(await withPassword());
    const { secret } = await owner.call((account) => account.beginTotp({}));
    await owner.call((account) => account.confirmTotp({ code: codeFor(secret) }));
    expect(await thief.stage()).toBeUndefined();
    expect(await codeOf(thief.call((account) => account.beginPasskey({})))).toBe("UNAUTHENTICATED");
  });
});

describe("a session cannot be fixed", () => {
  test("whoever planted the cookie of a pending sign-in has nothing once it is complete", async () => {
    const { secret } = await enrol();
    const planted = await withPassword();
    const complete = await withSecond(planted, { code: codeFor(secret) });
    expect(complete).not.toBe(planted);
    expect(await resolve(planted)).toBeNull();
    server.passTime(STEP_MS);
    expect(await codeOf(withSecond(planted, { code: codeFor(secret) }))).toBe("UNAUTHENTICATED");
    // Nor can a second factor be shown without a password, or for a sign-in that is complete.
    expect(await codeOf(withSecond("", { code: codeFor(secret) }))).toBe("UNAUTHENTICATED");
    expect(await codeOf(withSecond(complete, { code: codeFor(secret) }))).toBe("UNAUTHENTICATED");
  });
});

describe("codes of an authenticator app", () => {
  test("count once: the code that confirmed it, a replay, and two at the same instant", async () => {
    const visitor = new Visitor(await withPassword());
    const { secret } = await visitor.call((account) => account.beginTotp({ currentPassword: PASSWORD }));
    const confirming = codeFor(secret);
    await visitor.call((account) => account.confirmTotp({ code: confirming }));
    expect(await codeOf(withSecond(await withPassword(), { code: confirming }))).toBe("SECOND_FACTOR_FAILED");

    server.passTime(STEP_MS);
    const code = codeFor(secret);
    const pending = [await withPassword(), await withPassword(), await withPassword()];
    const outcomes = await Promise.all(pending.map((one) => codeOf(withSecond(one, { code }))));
    expect(outcomes.sort()).toEqual(["SECOND_FACTOR_FAILED", "SECOND_FACTOR_FAILED", "allowed"]);
    // A code of the step before is right by the clock, and older than one that was taken.
    expect(await codeOf(withSecond(await withPassword(), { code: codeFor(secret, -1) }))).toBe(
      "SECOND_FACTOR_FAILED",
    );
  });

  test("of two steps away, or of another length, are wrong; the neighbouring step is right", async () => {
    const { secret } = await enrol();
    for (const code of [codeFor(secret, 2), codeFor(secret, -2), "", "12345", "abcdef"]) {
      const pending = await withPassword();
      const outcome = await codeOf(
        Promise.resolve().then(() => withSecond(pending, code === "" ? { code: " " } : { code })),
      );
      expect(outcome, code).toBe("SECOND_FACTOR_FAILED");
      await server.db.operator.updateMany({ data: { failedSignIns: 0, lockedUntil: null } });
    }
    expect(await codeOf(withSecond(await withPassword(), { code: ` ${codeFor(secret, 1)} ` }))).toBe(
      "allowed",
    );
  });

  test("wrong ones lock the account, whatever right passwords come between; then the right one is refused", async () => {
    const { secret } = await enrol();
    for (let wrong = 0; wrong < 5; wrong += 1) {
      const pending = await withPassword();
      expect(await codeOf(withSecond(pending, { code: "000000" }))).toBe("SECOND_FACTOR_FAILED");
    }
    expect(await codeOf(withPassword())).toBe("SIGN_IN_FAILED");
    const letters = await server.letters();
    expect(letters.filter(({ template }) => template === "account_locked")).toHaveLength(1);
    // A sign-in that was pending before the lock is no way around it.
    await server.db.operator.updateMany({ data: { failedSignIns: 0, lockedUntil: null } });
    const pending = await withPassword();
    await server.db.operator.updateMany({ data: { lockedUntil: new Date("9999-12-31T00:00:00Z") } });
    expect(await codeOf(withSecond(pending, { code: codeFor(secret) }))).toBe("SECOND_FACTOR_FAILED");
  });

  test("the secret lies in the database sealed; another app replaces it without a gap", async () => {
    const { secret } = await enrol();
    const row = await server.db.totpCredential.findFirstOrThrow();
    expect(Buffer.from(row.sealedSecret).includes(Buffer.from(Secret.fromBase32(secret).bytes))).toBe(false);
    const visitor = new Visitor(await withSecond(await withPassword(), { code: codeFor(secret) }));
    expect(await codeOf(visitor.call((account) => account.beginTotp({})))).toBe("PASSWORD_WRONG");
    const next = await visitor.call((account) => account.beginTotp({ currentPassword: PASSWORD }));
    server.passTime(STEP_MS);
    expect(await codeOf(withSecond(await withPassword(), { code: codeFor(secret) }))).toBe("allowed");
    const { recoveryCodes } = await visitor.call((account) =>
      account.confirmTotp({ code: codeFor(next.secret) }),
    );
    expect(recoveryCodes).toEqual([]);
    server.passTime(STEP_MS);
    expect(await codeOf(withSecond(await withPassword(), { code: codeFor(secret) }))).toBe(
      "SECOND_FACTOR_FAILED",
    );
    expect(await codeOf(withSecond(await withPassword(), { code: codeFor(next.secret) }))).toBe("allowed");
  });
});

describe("recovery codes", () => {
  test("are ten, work once each however they are typed, and of two at the same instant one works", async () => {
    const { recoveryCodes } = await enrol();
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first = "", second = ""] = recoveryCodes;
    const stored = await server.db.recoveryCode.findMany();
    expect(JSON.stringify(stored.map(({ codeHash }) => Buffer.from(codeHash).toString()))).not.toContain(
      first,
    );
    const typed = ` ${first.toUpperCase().replace("-", " ")} `;
    expect(await codeOf(withSecond(await withPassword(), { recoveryCode: typed }))).toBe("allowed");
    expect(await codeOf(withSecond(await withPassword(), { recoveryCode: first }))).toBe(
      "SECOND_FACTOR_FAILED",
    );
    const pending = [await withPassword(), await withPassword()];
    const outcomes = await Promise.all(
      pending.map((one) => codeOf(withSecond(one, { recoveryCode: second }))),
    );
    expect(outcomes.sort()).toEqual(["SECOND_FACTOR_FAILED", "allowed"]);
  });

  test("new ones make the old ones void; they go with the last factor, which a policy can forbid", async () => {
    const { recoveryCodes, secret } = await enrol();
    const visitor = new Visitor(await withSecond(await withPassword(), { code: codeFor(secret) }));
    const fresh = await visitor.call((account) => account.newRecoveryCodes({ currentPassword: PASSWORD }));
    const old = recoveryCodes[3] ?? "";
    expect(await codeOf(withSecond(await withPassword(), { recoveryCode: old }))).toBe(
      "SECOND_FACTOR_FAILED",
    );
    const [code = ""] = fresh.recoveryCodes;
    expect(await codeOf(withSecond(await withPassword(), { recoveryCode: code }))).toBe("allowed");

    const remove = () => visitor.call((account) => account.removeTotp({ currentPassword: PASSWORD }));
    await server.db.companyPolicy.updateMany({ data: { mfaRequired: true } });
    expect(await codeOf(remove())).toBe("SECOND_FACTOR_REQUIRED");
    await server.db.companyPolicy.updateMany({ data: { mfaRequired: false } });
    expect(await codeOf(remove())).toBe("allowed");
    expect(await server.db.recoveryCode.count()).toBe(0);
    expect((await resolve(await withPassword()))?.stage).toBe("complete");
    const changes = (await server.letters()).flatMap((letter) =>
      letter.template === "second_factor_changed" ? [letter.what] : [],
    );
    expect(changes).toEqual(["totp_added", "recovery_codes", "totp_removed"]);
  });
});

describe("where and whether a company's people may sign in", () => {
  test("a network that is not allowed is named only to whoever has proved everything", async () => {
    const { secret } = await enrol();
    await server.db.companyPolicy.updateMany({
      data: { allowedNetworks: ["192.0.2.0/24", "2001:db8::/32"] },
    });
    const wrong = { companyCode: "acme", operatorCode: "anna", password: "Wrong-pass1" };
    const outside = server.anonymous("198.51.100.1");
    expect(await codeOf(signInOperator(outside, wrong, browser))).toBe("SIGN_IN_FAILED");
    const pending = await withPassword("198.51.100.1");
    expect(await codeOf(withSecond(pending, { code: "000000" }, "198.51.100.1"))).toBe(
      "SECOND_FACTOR_FAILED",
    );
    expect(await codeOf(withSecond(pending, { code: codeFor(secret) }, "198.51.100.1"))).toBe(
      "NETWORK_REFUSED",
    );

    server.passTime(STEP_MS);
    const complete = await withSecond(await withPassword(), { code: codeFor(secret) });
    expect(await resolve(complete, "::ffff:192.0.2.200")).not.toBeNull();
    expect(await resolve(complete, "2001:db8::1")).not.toBeNull();
    expect(await resolve(complete, "198.51.100.1")).toBeNull();
  });

  test("a suspended company's people are told so after the right password, and their sign-ins end", async () => {
    const open = await withPassword();
    const suspend = (suspendedAt: Date | null) =>
      server.db.company.updateMany({ data: { suspendedAt, suspendReason: suspendedAt && "unpaid" } });
    await suspend(server.now());
    expect(await resolve(open)).toBeNull();
    expect(await codeOf(withPassword())).toBe("COMPANY_SUSPENDED");
    const wrong = { companyCode: "acme", operatorCode: "anna", password: "Wrong-pass1" };
    expect(await codeOf(signInOperator(server.anonymous(), wrong, browser))).toBe("SIGN_IN_FAILED");
    await suspend(null);
    expect((await resolve(await withPassword()))?.stage).toBe("complete");
  });
});
