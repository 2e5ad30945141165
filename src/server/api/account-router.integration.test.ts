import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { resolveSignIn } from "@/server/auth/current-sign-in";
import { hashPassword, needsRehash, verifyPassword } from "@/server/auth/password-hash";
import { signInOperator } from "@/server/auth/sign-in";
import { createCompany } from "@/server/domain/accounts/create-company";
import { createTestServer, type TestServer } from "./testing/test-server";

const PASSWORD = "Right-pass1";
const ORIGIN = "http://localhost:3000";

let server: TestServer;
let annaId: string;
let bertId: string;
let passwordHash: string;

beforeAll(async () => {
  server = await createTestServer({ SMTP_URL: "smtp://127.0.0.1:9" });
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "operator", email: "anna@example.com", password: PASSWORD },
    { code: "bert", name: "Bert", role: "operator", password: PASSWORD },
  ]);
  ({ id: annaId } = await server.db.operator.findFirstOrThrow({ where: { code: "anna" } }));
  ({ id: bertId } = await server.db.operator.findFirstOrThrow({ where: { code: "bert" } }));
  passwordHash = await hashPassword(PASSWORD);
});
afterAll(() => server.close());
beforeEach(async () => {
  const { db } = server;
  await Promise.all([
    db.rateLimit.deleteMany(),
    db.signIn.deleteMany(),
    db.outgoingMail.deleteMany(),
    db.formerPassword.deleteMany(),
  ]);
  await db.operator.updateMany({ data: { passwordHash, failedSignIns: 0, lockedUntil: null } });
});

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(() => "allowed").catch((cause: unknown) => cause);
  if (typeof error === "string") return error;
  if (error instanceof AppError) return error.code;
  return error instanceof Error && error.cause instanceof AppError ? error.cause.code : String(error);
}

async function signedIn(operatorId: string) {
  const secret = await server.signInDirectly({ operatorId });
  const { account } = server.caller({ origin: ORIGIN, cookie: await server.cookieOf(secret) });
  const holds = async () =>
    (await resolveSignIn(server.db, secret, server.now(), { touch: false, clientAddress: null })) !== null;
  return { account, holds };
}

describe("changing the password", () => {
  test("needs the old one, ends the other sign-ins and not this one, and the owner is told", async () => {
    const here = await signedIn(annaId);
    const elsewhere = await signedIn(annaId);
    const stranger = await signedIn(bertId);
    const change = (currentPassword: string, newPassword: string) =>
      codeOf(here.account.changePassword({ currentPassword, newPassword }));
    expect(await change("Wrong-pass1", "Another-pass2")).toBe("PASSWORD_WRONG");
    expect(await change(PASSWORD, "Another-pass2")).toBe("allowed");
    expect([await here.holds(), await elsewhere.holds(), await stranger.holds()]).toEqual([
      true,
      false,
      true,
    ]);
    expect(await server.letters()).toMatchObject([{ template: "password_changed", to: "anna@example.com" }]);
    const event = await server.db.auditEvent.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(event).toMatchObject({ action: "password.changed", actor: `operator:${annaId}`, detail: {} });
  });

  test("refuses the last five, and no earlier one", async () => {
    const { account } = await signedIn(annaId);
    const passwords = [PASSWORD, "Second-word2", "Third-word3", "Fourth-word4", "Fifth-word5"];
    for (let at = 1; at < passwords.length; at += 1) {
      await account.changePassword({
        currentPassword: passwords[at - 1] ?? "",
        newPassword: passwords[at] ?? "",
      });
    }
    const change = (newPassword: string) =>
      codeOf(account.changePassword({ currentPassword: "Fifth-word5", newPassword }));
    for (const former of passwords) expect(await change(former), former).toBe("PASSWORD_REUSED");
    expect(await change("Sixth-word6")).toBe("allowed");
    const back = account.changePassword({ currentPassword: "Sixth-word6", newPassword: PASSWORD });
    expect(await codeOf(back)).toBe("allowed");
    expect(await server.db.formerPassword.count()).toBe(4);
  });

  test("is no way to guess the old one: wrong ones lock the account, then the right one is refused too", async () => {
    const { account } = await signedIn(annaId);
    const change = (currentPassword: string) =>
      codeOf(account.changePassword({ currentPassword, newPassword: "Another-pass2" }));
    for (let wrong = 0; wrong < 5; wrong += 1) expect(await change("Wrong-pass1")).toBe("PASSWORD_WRONG");
    expect(await change(PASSWORD)).toBe("PASSWORD_WRONG");
    expect(await server.letters()).toMatchObject([{ template: "account_locked" }]);
  });

  test("a hash with yesterday's parameters is replaced at the next sign-in", async () => {
    const { hash } = await import("@node-rs/argon2");
    const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    expect([needsRehash(old), needsRehash(passwordHash)]).toEqual([true, false]);
    await server.db.operator.update({ where: { id: annaId }, data: { passwordHash: old } });
    const codes = { companyCode: "acme", operatorCode: "anna", password: PASSWORD };
    await signInOperator(server.anonymous(), codes, { userAgent: "test", formerSecret: undefined });
    const { passwordHash: fresh } = await server.db.operator.findUniqueOrThrow({ where: { id: annaId } });
    expect(fresh).not.toBe(old);
    expect(needsRehash(fresh ?? "")).toBe(false);
    expect(await verifyPassword(fresh ?? undefined, PASSWORD)).toBe(true);
  });
});

describe("the own sign-ins", () => {
  test("are listed with device, address and time, and end one by one or all but this one", async () => {
    const here = await signedIn(annaId);
    const second = await signedIn(annaId);
    const third = await signedIn(annaId);
    const stranger = await signedIn(bertId);
    const listed = await here.account.signIns({});
    expect(listed).toHaveLength(3);
    expect(listed.filter(({ current }) => current)).toHaveLength(1);
    expect(listed[0]).toMatchObject({ clientAddress: "192.0.2.1", userAgent: "test", methods: ["password"] });
    const [foreign] = await stranger.account.signIns({});
    expect(await codeOf(here.account.revokeSignIn({ signInId: foreign?.signInId ?? "" }))).toBe("NOT_FOUND");
    const own = (await second.account.signIns({})).find(({ current }) => current)?.signInId ?? "";
    await here.account.revokeSignIn({ signInId: own });
    expect(await codeOf(here.account.revokeSignIn({ signInId: own }))).toBe("NOT_FOUND");
    expect([await second.holds(), await third.holds()]).toEqual([false, true]);
    expect(await here.account.revokeOtherSignIns({})).toEqual({ revoked: 1 });
    expect([await here.holds(), await third.holds(), await stranger.holds()]).toEqual([true, false, true]);
  });
});

describe("the profile", () => {
  test("changes with an audit event of before and after; another e-mail address needs the password", async () => {
    const { account } = await signedIn(annaId);
    const profile = { name: "Anna B.", email: "anna@example.com", locale: "ja" } as const;
    await account.setProfile(profile);
    expect(await account.overview({})).toMatchObject({
      ...profile,
      kind: "operator",
      companyName: "Acme",
      companyCode: "acme",
    });
    const moved = { ...profile, email: "else@example.com" };
    expect(await codeOf(account.setProfile(moved))).toBe("PASSWORD_WRONG");
    expect(await codeOf(account.setProfile({ ...moved, currentPassword: "Wrong-pass1" }))).toBe(
      "PASSWORD_WRONG",
    );
    await account.setProfile({ ...moved, currentPassword: PASSWORD });
    const event = await server.db.auditEvent.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(event).toMatchObject({
      action: "account.profile_changed",
      detail: { before: { email: "anna@example.com" }, after: { email: "else@example.com" } },
    });
    await account.setProfile({ ...profile, name: "Anna", locale: "en", currentPassword: PASSWORD });
  });
});

test("nothing is taken that was not asked for: a surplus field refuses the whole call", async () => {
  const { account } = await signedIn(annaId);
  const surplus = { role: "administrator", operatorId: bertId, companyId: bertId, stage: "complete" };
  const id = bertId;
  // One right input of each; every procedure of the router must be here.
  const calls: Record<string, [(input: never) => Promise<unknown>, object]> = {
    overview: [account.overview, {}],
    signIns: [account.signIns, {}],
    revokeSignIn: [account.revokeSignIn, { signInId: id }],
    revokeOtherSignIns: [account.revokeOtherSignIns, {}],
    changePassword: [account.changePassword, { currentPassword: "a", newPassword: "b" }],
    setProfile: [account.setProfile, { name: "Anna", email: null, locale: "en" }],
    beginTotp: [account.beginTotp, {}],
    confirmTotp: [account.confirmTotp, { code: "000000" }],
    removeTotp: [account.removeTotp, { currentPassword: "a" }],
    newRecoveryCodes: [account.newRecoveryCodes, { currentPassword: "a" }],
    beginPasskey: [account.beginPasskey, {}],
    addPasskey: [account.addPasskey, { name: "Key", response: {} }],
    renamePasskey: [account.renamePasskey, { passkeyId: id, name: "Key" }],
    removePasskey: [account.removePasskey, { passkeyId: id, currentPassword: "a" }],
    passkeyChallenge: [account.passkeyChallenge, { pending: false }],
    forgotPassword: [account.forgotPassword, { companyCode: "acme", code: "anna" }],
    readLink: [account.readLink, { secret: "x" }],
    redeemLink: [account.redeemLink, { secret: "x", newPassword: "b" }],
  };
  const { accountRouter } = await import("./account-router");
  expect(Object.keys(calls).sort()).toEqual(Object.keys(accountRouter._def.procedures).sort());
  for (const [name, [call, input]] of Object.entries(calls)) {
    for (const [field, value] of Object.entries(surplus)) {
      const outcome = call({ ...input, [field]: value } as never).then(
        () => "allowed",
        (error: unknown) => (error instanceof Error && "code" in error ? error.code : String(error)),
      );
      expect(await outcome, `${name} with ${field}`).toBe("BAD_REQUEST");
    }
  }
  expect(await server.db.operator.findUniqueOrThrow({ where: { id: annaId } })).toMatchObject({
    role: "operator",
    name: "Anna",
  });
});
