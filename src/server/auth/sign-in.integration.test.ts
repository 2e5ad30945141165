import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { createTestServer, type TestServer } from "@/server/api/testing/test-server";
import {
  DEFAULT_POLICY,
  PROVIDER_SIGN_IN_ABSOLUTE_MINUTES,
  PROVIDER_SIGN_IN_IDLE_MINUTES,
} from "@/server/domain/accounts/account-policy";
import { createCompany } from "@/server/domain/accounts/create-company";
import { createProviderAccount } from "@/server/domain/accounts/create-provider-account";
import { resolveSignIn, revokeSignIn } from "./current-sign-in";
import { signInOperator, signInProvider } from "./sign-in";
import { operatorSignInSchema } from "./sign-in-input";
import { ADDRESS_FAILURES, FAILURE_WINDOW_SECONDS, GLOBAL_FAILURES } from "./sign-in-throttle";

const MINUTE_MS = 60_000;
const PASSWORD = "Right-pass1";
const right = { companyCode: "acme", operatorCode: "anna", password: PASSWORD };
const browser = { userAgent: "test", formerSecret: undefined };

let server: TestServer;

beforeAll(async () => {
  server = await createTestServer();
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "operator", password: PASSWORD },
    { code: "gone", name: "Gone", role: "operator", password: PASSWORD },
    { code: "shut", name: "Shut", role: "operator", password: PASSWORD },
  ]);
  await server.db.operator.updateMany({ where: { code: "gone" }, data: { disabledAt: new Date() } });
  await createProviderAccount(server.db, { code: "root", name: "Root", password: PASSWORD });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.db.rateLimit.deleteMany();
  await server.db.operator.updateMany({ data: { failedSignIns: 0, lockedUntil: null } });
});

function attempt(input: Partial<typeof right>, clientAddress?: string): Promise<string> {
  return signInOperator(server.anonymous(clientAddress), { ...right, ...input }, browser);
}

async function refusalOf(call: Promise<unknown>): Promise<AppError> {
  const error = await call.then(() => undefined).catch((cause: unknown) => cause);
  if (error instanceof AppError) return error;
  throw new Error("It was not refused.", { cause: error });
}

function resolve(secret: string, touch = true) {
  return resolveSignIn(server.db, secret, server.now(), { touch, clientAddress: "192.0.2.1" });
}

const wrongParts: Record<string, Partial<typeof right>> = {
  "unknown company": { companyCode: "nobody" },
  "unknown ID": { operatorCode: "nobody" },
  "wrong password": { password: "Wrong-pass1" },
  "disabled account": { operatorCode: "gone" },
  "locked account with the right password": { operatorCode: "shut" },
};
const LOCKED = { failedSignIns: 5, lockedUntil: new Date("9999-12-31T00:00:00Z") };

describe("signing in", () => {
  test("the right codes and password open a sign-in, and both are written down", async () => {
    const secret = await attempt({});
    expect(await resolve(secret)).toMatchObject({
      stage: "complete",
      actor: { kind: "operator", operatorName: "Anna", companyName: "Acme", role: "operator" },
    });
    const row = await server.db.signIn.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(Buffer.from(row.secretHash).toString("base64url")).not.toBe(secret);
    const event = await server.db.auditEvent.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(event).toMatchObject({ action: "sign_in.succeeded", clientAddress: "192.0.2.1" });
    expect(event.actor).toBe(`operator:${row.operatorId}`);
  });

  test("codes are understood in capitals, in full width and with spaces around", async () => {
    const input = operatorSignInSchema.parse({ ...right, companyCode: " ＡＣＭＥ　", operatorCode: "ANNA" });
    expect(await resolve(await attempt(input))).not.toBeNull();
  });

  test.each(Object.entries(wrongParts))(
    "%s: refused by the same code, and written down",
    async (name, part) => {
      await server.db.operator.updateMany({ where: { code: "shut" }, data: LOCKED });
      expect(await refusalOf(attempt(part))).toMatchObject({
        code: "SIGN_IN_FAILED",
        retryAfterSeconds: undefined,
      });
      const written = await server.db.signInAttempt.findFirstOrThrow({ orderBy: { id: "desc" } });
      expect(written.succeeded).toBe(false);
      const event = await server.db.auditEvent.findFirstOrThrow({ orderBy: { id: "desc" } });
      expect(event.action).toBe("sign_in.failed");
      // Who may read the audit log is told why a right password was refused.
      const why = name.startsWith("locked")
        ? { why: "locked" }
        : name.startsWith("disabled")
          ? { why: "disabled" }
          : {};
      expect(event.detail).toEqual(why);
    },
  );

  test("every wrong part takes the same time", async () => {
    const shortest = new Map(Object.keys(wrongParts).map((name) => [name, Number.POSITIVE_INFINITY]));
    const unevenness = () => Math.max(...shortest.values()) / Math.min(...shortest.values());
    // Other work makes a time longer, never shorter: the shortest are what the server itself takes, after as many rounds as the
    // machine needs to be undisturbed once for each. What skips a step stays ahead, however many there are.
    for (let round = 0; round < 60 && (round < 10 || unevenness() >= 1.6); round += 1) {
      await server.db.rateLimit.deleteMany();
      await server.db.operator.updateMany({ data: { failedSignIns: 0, lockedUntil: null } });
      await server.db.operator.updateMany({ where: { code: "shut" }, data: LOCKED });
      // Interleaved, so that whatever else the machine does falls on all of them.
      for (const [name, part] of Object.entries(wrongParts)) {
        const startedAt = performance.now();
        await refusalOf(attempt(part));
        shortest.set(name, Math.min(shortest.get(name) ?? 0, performance.now() - startedAt));
      }
    }
    // Skipping argon2 would be five times as fast; one query more or less is lost in the noise.
    expect(unevenness()).toBeLessThan(1.6);
  }, 120_000);

  test("a provider account signs in without a company, and an operator's codes are none of it", async () => {
    const secret = await signInProvider(
      server.anonymous(),
      { providerCode: "root", password: PASSWORD },
      browser,
    );
    expect(await resolve(secret)).toMatchObject({
      stage: "enrolment",
      actor: { kind: "provider", name: "Root" },
    });
    const asOperator = signInProvider(
      server.anonymous(),
      { providerCode: "anna", password: PASSWORD },
      browser,
    );
    expect((await refusalOf(asOperator)).code).toBe("SIGN_IN_FAILED");
  });
});

describe("a sign-in ends", () => {
  test("when the same browser signs in again", async () => {
    const former = await attempt({});
    const other = await attempt({});
    const fresh = await signInOperator(server.anonymous(), right, { ...browser, formerSecret: former });
    expect(fresh).not.toBe(former);
    expect(await resolve(former)).toBeNull();
    expect(await resolve(fresh)).not.toBeNull();
    expect(await resolve(other)).not.toBeNull();
  });

  test("when it is revoked, once", async () => {
    const secret = await attempt({});
    expect(await revokeSignIn(server.db, secret, server.now())).not.toBeNull();
    expect(await revokeSignIn(server.db, secret, server.now())).toBeNull();
    expect(await resolve(secret)).toBeNull();
  });

  test("when the account is disabled", async () => {
    const secret = await attempt({});
    await server.db.operator.updateMany({ where: { code: "anna" }, data: { disabledAt: new Date() } });
    expect(await resolve(secret)).toBeNull();
    await server.db.operator.updateMany({ where: { code: "anna" }, data: { disabledAt: null } });
  });

  test("after the time without use, which every use puts off, and after the longest time in any case", async () => {
    const root = await server.db.providerAccount.findUniqueOrThrow({ where: { code: "root" } });
    const secret = await server.signInDirectly({ providerAccountId: root.id });
    const step = (PROVIDER_SIGN_IN_IDLE_MINUTES - 1) * MINUTE_MS;
    const steps = Math.floor(PROVIDER_SIGN_IN_ABSOLUTE_MINUTES / (PROVIDER_SIGN_IN_IDLE_MINUTES - 1));
    for (let used = 0; used < steps; used += 1) {
      server.passTime(step);
      expect(await resolve(secret)).not.toBeNull();
    }
    server.passTime(step);
    expect(await resolve(secret)).toBeNull();

    const idle = await server.signInDirectly({ providerAccountId: root.id });
    server.passTime(step);
    // Looking without using does not put the end off.
    expect(await resolve(idle, false)).not.toBeNull();
    server.passTime(2 * MINUTE_MS);
    expect(await resolve(idle, false)).toBeNull();
  });

  test("as a policy that became stricter says, also when it was there before", async () => {
    const secret = await attempt({});
    const policy = (data: Parameters<typeof server.db.companyPolicy.updateMany>[0]["data"]) =>
      server.db.companyPolicy.updateMany({ data });
    await policy({ mfaRequired: true });
    expect(await resolve(secret)).toMatchObject({ stage: "enrolment" });
    await policy({ mfaRequired: false, passwordMaxAgeDays: 1 });
    server.passTime(10 * MINUTE_MS);
    expect(await resolve(secret)).toMatchObject({ stage: "complete" });
    await server.db.operator.updateMany({ data: { passwordChangedAt: new Date(0) } });
    expect(await resolve(secret)).toMatchObject({ stage: "password_change" });
    await server.db.operator.updateMany({ data: { passwordChangedAt: new Date() } });
    await policy({ passwordMaxAgeDays: 0, signInIdleMinutes: 5, signInAbsoluteMinutes: 11 });
    expect(await resolve(secret)).not.toBeNull();
    server.passTime(2 * MINUTE_MS);
    expect(await resolve(secret)).toBeNull();
    await policy({ signInAbsoluteMinutes: 1440, signInIdleMinutes: 480 });
    await policy({ allowedNetworks: ["198.51.100.0/24"] });
    expect(await resolve(secret)).toBeNull();
    await policy({ allowedNetworks: [] });
    expect(await resolve(secret)).not.toBeNull();
  });

  test("its use is written at most once a minute", async () => {
    const secret = await attempt({});
    const seen = async () =>
      (await server.db.signIn.findFirstOrThrow({ orderBy: { id: "desc" } })).lastSeenAt.getTime();
    const first = await seen();
    server.passTime(MINUTE_MS / 2);
    await resolve(secret);
    expect(await seen()).toBe(first);
    server.passTime(MINUTE_MS);
    await resolve(secret);
    expect(await seen()).toBeGreaterThan(first);
  });

  test("secrets that were never made stand for nobody", async () => {
    for (const secret of ["", "x", "a".repeat(43), "a".repeat(10_000)])
      expect(await resolve(secret)).toBeNull();
  });
});

describe("too many wrong tries", () => {
  test("of one address are refused, whatever the account; an IPv6 /64 is one address", async () => {
    const tries = Array.from({ length: ADDRESS_FAILURES + 5 }, (_, at) =>
      refusalOf(attempt({ operatorCode: `guess${at}` }, `2001:db8::${at.toString(16)}`)),
    );
    const codes = (await Promise.all(tries)).map(({ code }) => code);
    expect(codes.filter((code) => code === "SIGN_IN_FAILED")).toHaveLength(ADDRESS_FAILURES);
    const refused = await refusalOf(attempt({}, "2001:db8::ffff"));
    expect(refused.code).toBe("SIGN_IN_THROTTLED");
    expect(refused.retryAfterSeconds).toBeGreaterThan(0);
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(FAILURE_WINDOW_SECONDS);
    expect(await resolve(await attempt({}, "2001:db8:0:1::1"))).not.toBeNull();
  }, 120_000);

  test("of everybody together close the door to strangers, and not to addresses that are known", async () => {
    await attempt({}, "198.51.100.1");
    await server.db.rateLimit.upsert({
      where: { key: "sign_in_global:all" },
      create: { key: "sign_in_global:all", points: GLOBAL_FAILURES, expire: BigInt(Date.now() + 600_000) },
      update: { points: GLOBAL_FAILURES, expire: BigInt(Date.now() + 600_000) },
    });
    expect((await refusalOf(attempt({}, "198.51.100.2"))).code).toBe("SIGN_IN_THROTTLED");
    expect(await resolve(await attempt({}, "198.51.100.1"))).not.toBeNull();
    // A wrong password from a stranger is told no more than a right one.
    expect((await refusalOf(attempt({ password: "Wrong-pass1" }, "198.51.100.3"))).code).toBe(
      "SIGN_IN_THROTTLED",
    );
  });

  test("right ones cost nothing and forgive the account's wrong ones", async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let wrong = 1; wrong < DEFAULT_POLICY.lockoutThreshold; wrong += 1)
        await refusalOf(attempt({ password: "no" }));
      await attempt({});
    }
  }, 120_000);

  test("what was typed is kept as a keyed hash alone", async () => {
    await refusalOf(attempt({ operatorCode: "my-secret-typed-here" }));
    const { accountKey } = await server.db.signInAttempt.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(accountKey).toHaveLength(32);
    expect(JSON.stringify(await server.db.rateLimit.findMany({ select: { key: true } }))).not.toContain(
      "secret",
    );
  });
});
