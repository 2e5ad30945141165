import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { AppError } from "@/lib/app-error";
import { createTestServer, type TestServer } from "@/server/api/testing/test-server";
import { resolveSignIn } from "@/server/auth/current-sign-in";
import { verifyPassword } from "@/server/auth/password-hash";
import { createCompany } from "@/server/domain/accounts/create-company";
import { createAccountLink } from "./create-account-link";

const MINUTE_MS = 60_000;
const PASSWORD = "Right-pass1";
const NEW_PASSWORD = "Another-pass2";

let server: TestServer;
const ids = new Map<string, string>();

beforeAll(async () => {
  server = await createTestServer({ SMTP_URL: "smtp://127.0.0.1:9" });
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "operator", email: "anna@example.com", password: PASSWORD },
    { code: "bert", name: "Bert", role: "operator", email: "bert@example.com", password: PASSWORD },
    { code: "cora", name: "Cora", role: "operator", password: PASSWORD },
  ]);
  for (const { id, code } of await server.db.operator.findMany()) ids.set(code, id);
});
afterAll(() => server.close());

const hashes = new Map<string, string | null>();
beforeEach(async () => {
  const { db } = server;
  await Promise.all([
    db.rateLimit.deleteMany(),
    db.accountLink.deleteMany(),
    db.outgoingMail.deleteMany(),
    db.formerPassword.deleteMany(),
  ]);
  for (const { id, passwordHash } of await db.operator.findMany()) {
    if (!hashes.has(id)) hashes.set(id, passwordHash);
    const fresh = { failedSignIns: 0, lockedUntil: null, disabledAt: null };
    await db.operator.update({ where: { id }, data: { ...fresh, passwordHash: hashes.get(id) ?? null } });
  }
});

function idOf(code: string): string {
  return ids.get(code) ?? "";
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(() => "allowed").catch((cause: unknown) => cause);
  if (typeof error === "string") return error;
  if (error instanceof AppError) return error.code;
  return error instanceof Error && error.cause instanceof AppError ? error.cause.code : String(error);
}

const account = () => server.caller({ origin: "http://localhost:3000" }).account;

async function makeLink(
  code: string,
  purpose: "invitation" | "password_reset" = "password_reset",
): Promise<string> {
  const url = await server.db.$transaction((tx) =>
    createAccountLink(tx, server, { operatorId: idOf(code), purpose }),
  );
  expect(url.search).toBe("");
  expect(url.pathname).toBe("/set-password");
  return url.hash.slice(1);
}

async function hasPassword(code: string, password: string): Promise<boolean> {
  const { passwordHash } = await server.db.operator.findUniqueOrThrow({ where: { id: idOf(code) } });
  return verifyPassword(passwordHash ?? undefined, password);
}

describe("a link", () => {
  test("sets a password once, ends every sign-in and a lock, signs nobody in, and is told of", async () => {
    const operatorId = idOf("anna");
    const open = await server.signInDirectly({ operatorId });
    await server.db.operator.update({
      where: { id: operatorId },
      data: { failedSignIns: 5, lockedUntil: new Date("9999-12-31T00:00:00Z") },
    });
    const secret = await makeLink("anna");
    const stored = await server.db.accountLink.findFirstOrThrow();
    expect(Buffer.from(stored.secretHash).toString("base64url")).not.toBe(secret);
    expect(await account().readLink({ secret })).toEqual({
      purpose: "password_reset",
      companyCode: "acme",
      code: "anna",
      name: "Anna",
    });
    const headers = new Headers();
    const caller = server.caller({ origin: "http://localhost:3000" }, headers);
    const answer = await caller.account.redeemLink({ secret, newPassword: NEW_PASSWORD });
    expect(answer).toEqual({ kind: "operator", companyCode: "acme", code: "anna" });
    expect(headers.get("set-cookie")).toBeNull();
    expect(await hasPassword("anna", NEW_PASSWORD)).toBe(true);
    const now = server.now();
    expect(
      await resolveSignIn(server.db, open, now, { touch: false, clientAddress: "192.0.2.1" }),
    ).toBeNull();
    expect(await server.db.operator.findUniqueOrThrow({ where: { id: operatorId } })).toMatchObject({
      failedSignIns: 0,
      lockedUntil: null,
    });
    expect(await server.letters()).toMatchObject([{ template: "password_changed", to: "anna@example.com" }]);

    expect(await codeOf(account().redeemLink({ secret, newPassword: "Third-pass-3" }))).toBe("LINK_INVALID");
    expect(await codeOf(account().readLink({ secret }))).toBe("LINK_INVALID");
  });

  test("works for one of two who use it at the same instant", async () => {
    const secret = await makeLink("anna");
    const outcomes = await Promise.all(
      [NEW_PASSWORD, "Third-pass-3"].map((newPassword) =>
        codeOf(account().redeemLink({ secret, newPassword })),
      ),
    );
    expect(outcomes.sort()).toEqual(["LINK_INVALID", "allowed"]);
  });

  test("is not used up by a password that is refused", async () => {
    const secret = await makeLink("anna");
    const refused = ["short", "Password1!", "with space 12", "xx-anna-2031", PASSWORD];
    const outcomes: string[] = [];
    for (const newPassword of refused)
      outcomes.push(await codeOf(account().redeemLink({ secret, newPassword })));
    expect(outcomes).toEqual([
      "PASSWORD_RULE",
      "PASSWORD_COMMON",
      "PASSWORD_RULE",
      "PASSWORD_COMMON",
      "PASSWORD_REUSED",
    ]);
    expect(await codeOf(account().redeemLink({ secret, newPassword: NEW_PASSWORD }))).toBe("allowed");
  });

  test("works for its own account and its time alone, and not once another one was made", async () => {
    const first = await makeLink("anna");
    const second = await makeLink("anna");
    const berts = await makeLink("bert");
    expect(await codeOf(account().readLink({ secret: first }))).toBe("LINK_INVALID");
    await account().redeemLink({ secret: berts, newPassword: NEW_PASSWORD });
    expect(await hasPassword("anna", PASSWORD)).toBe(true);
    expect(await hasPassword("bert", NEW_PASSWORD)).toBe(true);
    server.passTime(30 * MINUTE_MS);
    expect(await codeOf(account().redeemLink({ secret: second, newPassword: NEW_PASSWORD }))).toBe(
      "LINK_INVALID",
    );
    const invitation = await makeLink("anna", "invitation");
    server.passTime(71 * 60 * MINUTE_MS);
    expect((await account().readLink({ secret: invitation })).purpose).toBe("invitation");
    server.passTime(60 * MINUTE_MS);
    for (const secret of [invitation, "", "x", "a".repeat(43)])
      expect(await codeOf(account().readLink({ secret }))).toBe("LINK_INVALID");
  });

  test("of an account that was disabled meanwhile does not work, nor one from before a change of the password", async () => {
    const secret = await makeLink("anna");
    await server.db.operator.update({ where: { id: idOf("anna") }, data: { disabledAt: new Date() } });
    expect(await codeOf(account().redeemLink({ secret, newPassword: NEW_PASSWORD }))).toBe("LINK_INVALID");
    await server.db.operator.update({ where: { id: idOf("anna") }, data: { disabledAt: null } });
    const cookie = await server.cookieOf(await server.signInDirectly({ operatorId: idOf("anna") }));
    const anna = server.caller({ origin: "http://localhost:3000", cookie });
    await anna.account.changePassword({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    expect(await codeOf(account().redeemLink({ secret, newPassword: "Third-pass-3" }))).toBe("LINK_INVALID");
  });
});

describe("a forgotten password", () => {
  const asked = async (companyCode: string | null, code: string) =>
    account().forgotPassword({ companyCode, code });

  test("is answered alike and at once, whether or not the account exists; its owner alone gets the link", async () => {
    const cases: [string | null, string][] = [
      ["acme", "nobody"],
      ["nobody", "anna"],
      ["acme", "cora"],
      [null, "anna"],
      [" ACME ", "Anna"],
    ];
    for (const [companyCode, code] of cases) expect(await asked(companyCode, code)).toEqual({});
    await vi.waitFor(async () => expect(await server.letters()).toHaveLength(1), { timeout: 5_000 });
    const [letter] = await server.letters();
    expect(letter).toMatchObject({ template: "password_reset", to: "anna@example.com", code: "anna" });
    const url = letter?.template === "password_reset" ? new URL(letter.url) : null;
    expect(url?.origin).toBe(server.env.PUBLIC_URL.origin);
    const secret = url?.hash.slice(1) ?? "";
    expect(await codeOf(account().redeemLink({ secret, newPassword: NEW_PASSWORD }))).toBe("allowed");
    const event = await server.db.auditEvent.findFirst({ where: { action: "password.reset_requested" } });
    expect(JSON.stringify(event?.detail)).not.toContain(secret);
  });

  test("takes as long for an account as for none: the answer is given before anything is looked up", async () => {
    const shortest = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
    const difference = () => Math.abs(shortest.known - shortest.unknown);
    // Other work makes an answer later, never sooner: the shortest times are the server's own, once each was undisturbed.
    for (let round = 0; round < 60 && (round < 15 || difference() >= 3); round += 1) {
      for (const [name, code] of [
        ["known", "anna"],
        ["unknown", "nobody"],
      ] as const) {
        const startedAt = performance.now();
        await asked("acme", code);
        shortest[name] = Math.min(shortest[name], performance.now() - startedAt);
      }
    }
    // A millisecond either way is the machine's; looking up, sealing and writing takes ten.
    expect(difference()).toBeLessThan(3);
  });

  test("fills no mailbox: three letters for an account, however often and from wherever they are asked for", async () => {
    for (let at = 0; at < 10; at += 1) await asked("acme", "bert");
    await vi.waitFor(
      async () =>
        expect(
          await server.db.rateLimit.findFirst({
            where: { key: { startsWith: "reset_account" }, points: 10 },
          }),
        ).not.toBeNull(),
      { timeout: 5_000 },
    );
    // By recipient: what another test asked for may still be on its way.
    const toBert = async () => (await server.letters()).filter(({ to }) => to === "bert@example.com");
    await vi.waitFor(async () => expect(await toBert()).toHaveLength(3), { timeout: 5_000 });
    expect(await server.db.accountLink.count({ where: { operator: { code: "bert" } } })).toBe(1);
  });
});
