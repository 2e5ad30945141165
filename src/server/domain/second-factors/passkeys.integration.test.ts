import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { createTestServer, type TestServer } from "@/server/api/testing/test-server";
import { resolveSignIn } from "@/server/auth/current-sign-in";
import { signInOperator } from "@/server/auth/sign-in";
import { passkeySignInSchema, secondFactorSchema } from "@/server/auth/sign-in-input";
import { signInWithPasskey } from "@/server/auth/sign-in-with-passkey";
import { signInWithSecondFactor } from "@/server/auth/sign-in-with-second-factor";
import { createCompany } from "@/server/domain/accounts/create-company";
import { type Lies, SoftwareAuthenticator } from "./testing/software-authenticator";
import { userHandleOf } from "./user-handle";

const PASSWORD = "Right-pass1";
const ORIGIN = "http://localhost:3000";
const browser = { userAgent: "test", formerSecret: undefined };

let server: TestServer;
const ids = new Map<string, string>();

beforeAll(async () => {
  server = await createTestServer({ SMTP_URL: "smtp://127.0.0.1:9" });
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "operator", email: "anna@example.com", password: PASSWORD },
    { code: "bert", name: "Bert", role: "operator", password: PASSWORD },
  ]);
  for (const { id, code } of await server.db.operator.findMany()) ids.set(code, id);
});
afterAll(() => server.close());
beforeEach(async () => {
  const { db } = server;
  await Promise.all([db.rateLimit.deleteMany(), db.passkey.deleteMany(), db.recoveryCode.deleteMany()]);
  await db.operator.updateMany({ data: { failedSignIns: 0, lockedUntil: null } });
});

function idOf(code: string): string {
  const id = ids.get(code);
  if (id === undefined) throw new Error(`There is no operator ${code}.`);
  return id;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(() => "allowed").catch((cause: unknown) => cause);
  if (typeof error === "string") return error;
  if (error instanceof AppError) return error.code;
  return error instanceof Error && error.cause instanceof AppError ? error.cause.code : String(error);
}

async function callerOf(secret: string | null) {
  return server.caller({ origin: ORIGIN, ...(secret && { cookie: await server.cookieOf(secret) }) });
}

/** An account's passkey, set up as its owner does. */
async function enrol(code: string): Promise<SoftwareAuthenticator> {
  const caller = await callerOf(await server.signInDirectly({ operatorId: idOf(code) }));
  const authenticator = new SoftwareAuthenticator(ORIGIN);
  const options = await caller.account.beginPasskey({ currentPassword: PASSWORD });
  await caller.account.addPasskey({ name: "Laptop", response: authenticator.create(options) });
  return authenticator;
}

/** What a browser sends to sign in with a passkey alone. */
async function answerAlone(authenticator: SoftwareAuthenticator, lies: Lies = {}) {
  const { challengeId, options } = await (await callerOf(null)).account.passkeyChallenge({ pending: false });
  return { response: JSON.stringify({ challengeId, response: authenticator.get(options, lies) }) };
}

function signInAlone(form: { response: string }): Promise<string> {
  return signInWithPasskey(server.anonymous(), passkeySignInSchema.parse(form), browser);
}

/** A sign-in whose password was right. */
function pendingSignIn(code: string): Promise<string> {
  const codes = { companyCode: "acme", operatorCode: code, password: PASSWORD };
  return signInOperator(server.anonymous(), codes, browser);
}

async function answerSecond(pending: string, authenticator: SoftwareAuthenticator, lies: Lies = {}) {
  const caller = await callerOf(pending);
  const { challengeId, options } = await caller.account.passkeyChallenge({ pending: true });
  return { passkey: JSON.stringify({ challengeId, response: authenticator.get(options, lies) }) };
}

function finishSecond(pending: string, form: { passkey: string }): Promise<string> {
  const input = secondFactorSchema.parse(form);
  return signInWithSecondFactor(server.anonymous(), input, { ...browser, formerSecret: pending });
}

function resolve(secret: string) {
  return resolveSignIn(server.db, secret, server.now(), { touch: false, clientAddress: "192.0.2.1" });
}

describe("a passkey alone", () => {
  test("is both factors, and the account's owner was told of it and got recovery codes", async () => {
    const authenticator = await enrol("anna");
    expect(await server.letters()).toMatchObject([
      { template: "second_factor_changed", what: "passkey_added", to: "anna@example.com" },
    ]);
    expect(await server.db.recoveryCode.count()).toBe(10);
    const secret = await signInAlone(await answerAlone(authenticator));
    expect(await resolve(secret)).toMatchObject({ stage: "complete", actor: { operatorName: "Anna" } });
    const row = await server.db.signIn.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(row.methods).toEqual(["passkey"]);
    const passkey = await server.db.passkey.findFirstOrThrow();
    expect(passkey.counter).toBe(1n);
  });

  test("is refused when its answer comes a second time, and when two come at once one wins", async () => {
    const authenticator = await enrol("anna");
    const form = await answerAlone(authenticator);
    await signInAlone(form);
    expect(await codeOf(signInAlone(form))).toBe("PASSKEY_FAILED");
    const twice = await answerAlone(authenticator);
    const codes = await Promise.all([codeOf(signInAlone(twice)), codeOf(signInAlone(twice))]);
    expect(codes.sort()).toEqual(["PASSKEY_FAILED", "allowed"]);
  });

  test.each<[string, () => Lies]>([
    ["a page of another origin", () => ({ origin: "https://evil.example" })],
    ["another port of the same host", () => ({ origin: "http://localhost:3001" })],
    ["another domain's key", () => ({ rpId: "evil.example" })],
    ["nobody verified at the authenticator", () => ({ userVerified: false })],
    ["a challenge of its own", () => ({ challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })],
    ["another account's user handle", () => ({ userHandle: userHandleOf({ operatorId: idOf("bert") }) })],
    ["no user handle", () => ({ userHandle: undefined })],
  ])("is refused with %s", async (_, lies) => {
    const authenticator = await enrol("anna");
    expect(await codeOf(signInAlone(await answerAlone(authenticator, lies())))).toBe("PASSKEY_FAILED");
    expect(await codeOf(signInAlone(await answerAlone(authenticator)))).toBe("allowed");
  });

  test("is refused from a copy of the key, whose counter does not go up", async () => {
    const authenticator = await enrol("anna");
    await signInAlone(await answerAlone(authenticator));
    await signInAlone(await answerAlone(authenticator));
    expect(await codeOf(signInAlone(await answerAlone(authenticator, { counter: 2 })))).toBe(
      "PASSKEY_FAILED",
    );
    expect(await codeOf(signInAlone(await answerAlone(authenticator, { counter: 0 })))).toBe(
      "PASSKEY_FAILED",
    );
    expect(await codeOf(signInAlone(await answerAlone(authenticator)))).toBe("allowed");
  });

  test("is refused with a wrong key, an unknown one, after five minutes, and while the account is locked", async () => {
    const authenticator = await enrol("anna");
    expect(await codeOf(signInAlone(await answerAlone(new SoftwareAuthenticator(ORIGIN))))).toBe(
      "PASSKEY_FAILED",
    );
    const late = await answerAlone(authenticator);
    server.passTime(5 * 60_000);
    expect(await codeOf(signInAlone(late))).toBe("PASSKEY_FAILED");
    await server.db.operator.updateMany({ data: { lockedUntil: new Date("9999-12-31T00:00:00Z") } });
    expect(await codeOf(signInAlone(await answerAlone(authenticator)))).toBe("PASSKEY_FAILED");
    await server.db.operator.updateMany({ data: { lockedUntil: null } });
    authenticator.loseKey();
    expect(await codeOf(signInAlone(await answerAlone(authenticator)))).toBe("PASSKEY_FAILED");
  });
});

describe("a passkey as the second factor", () => {
  test("finishes the sign-in of its account, without the authenticator having verified anybody", async () => {
    const authenticator = await enrol("anna");
    const pending = await pendingSignIn("anna");
    expect(await resolve(pending)).toMatchObject({ stage: "second_factor" });
    const form = await answerSecond(pending, authenticator, { userVerified: false, userHandle: undefined });
    const secret = await finishSecond(pending, form);
    expect(await resolve(secret)).toMatchObject({ stage: "complete", actor: { operatorName: "Anna" } });
    expect(await resolve(pending)).toBeNull();
  });

  test("of another account, or for another sign-in's challenge, is refused", async () => {
    const annas = await enrol("anna");
    const berts = await enrol("bert");
    const pending = await pendingSignIn("anna");
    expect(await codeOf(finishSecond(pending, await answerSecond(pending, berts)))).toBe("PASSKEY_FAILED");
    // What was signed to sign in alone, or for another browser's sign-in, is no answer to this one's challenge.
    const { response } = await answerAlone(annas);
    expect(await codeOf(finishSecond(pending, { passkey: response }))).toBe("PASSKEY_FAILED");
    const elsewhere = await pendingSignIn("anna");
    const stolen = await answerSecond(elsewhere, annas);
    expect(await codeOf(finishSecond(pending, stolen))).toBe("PASSKEY_FAILED");
    const alone = await answerSecond(pending, annas);
    expect(await codeOf(signInAlone({ response: alone.passkey }))).toBe("PASSKEY_FAILED");
    expect(await codeOf(finishSecond(pending, await answerSecond(pending, annas)))).toBe("allowed");
  });
});

describe("adding a passkey", () => {
  test("needs the password, a challenge of this very sign-in, and our origin", async () => {
    const operatorId = idOf("bert");
    const caller = await callerOf(await server.signInDirectly({ operatorId }));
    const other = await callerOf(await server.signInDirectly({ operatorId }));
    expect(await codeOf(caller.account.beginPasskey({}))).toBe("PASSWORD_WRONG");
    expect(await codeOf(caller.account.beginPasskey({ currentPassword: "Wrong-pass1" }))).toBe(
      "PASSWORD_WRONG",
    );

    const begin = () => caller.account.beginPasskey({ currentPassword: PASSWORD });
    const made = () => new SoftwareAuthenticator(ORIGIN);
    const add = (response: ReturnType<SoftwareAuthenticator["create"]>, by = caller) =>
      codeOf(by.account.addPasskey({ name: "Key", response }));
    expect(await add(made().create(await begin(), { origin: "https://evil.example" }))).toBe(
      "PASSKEY_FAILED",
    );
    expect(await add(made().create(await begin(), { rpId: "evil.example" }))).toBe("PASSKEY_FAILED");
    expect(await add(made().create(await begin()), other)).toBe("PASSKEY_FAILED");
    const response = made().create(await begin());
    expect(await add(response)).toBe("allowed");
    expect(await add(response)).toBe("PASSKEY_FAILED");
  });

  test("a key that is somebody's already is nobody else's", async () => {
    const authenticator = await enrol("anna");
    const caller = await callerOf(await server.signInDirectly({ operatorId: idOf("bert") }));
    const options = await caller.account.beginPasskey({ currentPassword: PASSWORD });
    const stolen = caller.account.addPasskey({ name: "Mine", response: authenticator.create(options) });
    expect(await codeOf(stolen)).toBe("PASSKEY_FAILED");
  });

  test("more than ten are refused; renaming and removing reach the own ones alone", async () => {
    const caller = await callerOf(await server.signInDirectly({ operatorId: idOf("anna") }));
    for (let made = 0; made < 10; made += 1) await enrol("anna");
    expect(await codeOf(caller.account.beginPasskey({ currentPassword: PASSWORD }))).toBe("PASSKEY_LIMIT");
    const { passkeys } = await caller.account.overview({});
    const passkeyId = passkeys[0]?.passkeyId ?? "";
    const stranger = await callerOf(await server.signInDirectly({ operatorId: idOf("bert") }));
    expect(await codeOf(stranger.account.renamePasskey({ passkeyId, name: "Mine" }))).toBe("NOT_FOUND");
    expect(await codeOf(stranger.account.removePasskey({ passkeyId, currentPassword: PASSWORD }))).toBe(
      "NOT_FOUND",
    );
    await caller.account.renamePasskey({ passkeyId, name: "Office" });
    await caller.account.removePasskey({ passkeyId, currentPassword: PASSWORD });
    expect((await caller.account.overview({})).passkeys).toHaveLength(9);
  }, 120_000);
});

test("where the server has no domain no passkey is offered", async () => {
  const env = { ...server.env, PUBLIC_URL: new URL("https://192.0.2.80") };
  const onAddress = await server.callerWith({ env }, {});
  expect(await onAddress.viewer.signInOptions()).toEqual({ passkeysPossible: false });
  expect(await codeOf(onAddress.account.passkeyChallenge({ pending: false }))).toBe("PASSKEY_FAILED");
  expect(await server.caller({}).viewer.signInOptions()).toEqual({ passkeysPossible: true });
});
