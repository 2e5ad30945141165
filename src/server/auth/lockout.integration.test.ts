import { once } from "node:events";
import { type Server as HttpServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseEnvironment } from "@/env";
import { AppError } from "@/lib/app-error";
import { createTestServer, type TestServer } from "@/server/api/testing/test-server";
import { createCompany } from "@/server/domain/accounts/create-company";
import { readClientAddress } from "@/server/http/client-address";
import { createHttpServer } from "@/server/http/http-server";
import { testVariables } from "@/server/http/testing/test-variables";
import { signInOperator } from "./sign-in";
import { ADDRESS_FAILURES } from "./sign-in-throttle";

const MINUTE_MS = 60_000;
const PASSWORD = "Right-pass1";
const WRONG = "Wrong-pass1";
const browser = { userAgent: "test", formerSecret: undefined };

let server: TestServer;
let companyId: string;

beforeAll(async () => {
  server = await createTestServer({ SMTP_URL: "smtp://127.0.0.1:9" });
  await createCompany(server.db, { code: "acme", name: "Acme" }, [
    { code: "anna", name: "Anna", role: "operator", email: "anna@example.com", password: PASSWORD },
    { code: "bert", name: "Bert", role: "operator", password: PASSWORD },
  ]);
  ({ id: companyId } = await server.db.company.findFirstOrThrow());
});
afterAll(() => server.close());
beforeEach(async () => {
  const { db } = server;
  await Promise.all([db.rateLimit.deleteMany(), db.outgoingMail.deleteMany()]);
  await db.operator.updateMany({ data: { failedSignIns: 0, lockedUntil: null } });
  await db.companyPolicy.updateMany({ data: { lockoutThreshold: 5, lockoutMinutes: 30 } });
});

/** @returns the code of the refusal, or "allowed" */
async function attempt(password: string, clientAddress: string, operatorCode = "anna"): Promise<string> {
  const codes = { companyCode: "acme", operatorCode, password };
  const outcome = await signInOperator(server.anonymous(clientAddress), codes, browser)
    .then(() => "allowed")
    .catch((error: unknown) => error);
  if (typeof outcome === "string") return outcome;
  return outcome instanceof AppError ? outcome.code : String(outcome);
}

async function guess(times: number, from = 0): Promise<string[]> {
  const codes: string[] = [];
  for (let at = 0; at < times; at += 1)
    codes.push(await attempt(WRONG, `2001:db8:${(from + at).toString(16)}::1`));
  return codes;
}

function anna() {
  return server.db.operator.findFirstOrThrow({ where: { code: "anna" } });
}

describe("a lockout", () => {
  test("of one account comes after five wrong passwords from 1,000 addresses, and holds against the right one", async () => {
    // Cheap to try, as the hashes of a system that was taken over may be: the guesses come all the faster.
    const passwordHash = await hash(PASSWORD, { memoryCost: 1_024, timeCost: 1 });
    await server.db.operator.updateMany({ where: { code: "anna" }, data: { passwordHash } });
    const addresses = Array.from({ length: 1_000 }, (_, at) => `2001:db8:${at.toString(16)}::1`);
    const outcomes: string[] = [];
    // Eight at a time, as fast as the machine goes; one in a hundred has found the password.
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let next = addresses.pop(); next !== undefined; next = addresses.pop()) {
          const isRight = addresses.length % 100 === 50;
          outcomes.push(await attempt(isRight ? PASSWORD : WRONG, next));
        }
      }),
    );
    expect(outcomes).toHaveLength(1_000);
    // The same words to every one of them, so nobody learns which password was right.
    expect(new Set(outcomes)).toEqual(new Set(["SIGN_IN_FAILED"]));
    const { failedSignIns, lockedUntil } = await anna();
    expect(failedSignIns).toBe(5);
    expect(lockedUntil?.getTime()).toBeGreaterThan(server.now().getTime());
    expect(await attempt(PASSWORD, "198.51.100.1")).toBe("SIGN_IN_FAILED");
    expect(await attempt(PASSWORD, "198.51.100.1", "bert")).toBe("allowed");
    const letters = await server.letters();
    expect(letters).toMatchObject([{ template: "account_locked", to: "anna@example.com", code: "anna" }]);
    expect(await server.db.auditEvent.count({ where: { action: "account.locked" } })).toBe(1);
  }, 180_000);

  test("is counted before a password is looked at: of 40 guesses at the same instant five are looked at", async () => {
    const operatorId = (await anna()).id;
    const before = await server.db.signInAttempt.count({ where: { operatorId } });
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        attempt(at === 39 ? PASSWORD : WRONG, `2001:db8:${at.toString(16)}::1`),
      ),
    );
    // The right one was among the 40; whether it was among the five is chance. If it was not, the account is locked.
    const { failedSignIns, lockedUntil } = await anna();
    expect(failedSignIns).toBeLessThanOrEqual(5);
    if (!outcomes.includes("allowed")) expect(lockedUntil).not.toBeNull();
    expect(await server.db.signInAttempt.count({ where: { operatorId } })).toBe(before + 40);
    expect((await server.letters()).length).toBeLessThanOrEqual(1);
  });

  test("ends after its time, and the account bears the whole number of wrong ones again", async () => {
    expect(await guess(5)).toEqual(Array(5).fill("SIGN_IN_FAILED"));
    server.passTime(29 * MINUTE_MS);
    expect(await attempt(PASSWORD, "198.51.100.1")).toBe("SIGN_IN_FAILED");
    server.passTime(2 * MINUTE_MS);
    await guess(4, 10);
    expect(await attempt(PASSWORD, "198.51.100.1")).toBe("allowed");
    expect(await anna()).toMatchObject({ failedSignIns: 0, lockedUntil: null });
    await guess(5, 20);
    expect(await attempt(PASSWORD, "198.51.100.1")).toBe("SIGN_IN_FAILED");
    expect(await server.letters()).toHaveLength(2);
  });

  test("follows the company's policy, and without minutes lasts until somebody unlocks", async () => {
    await server.db.companyPolicy.update({
      where: { companyId },
      data: { lockoutThreshold: 3, lockoutMinutes: 0 },
    });
    await guess(2);
    expect(await attempt(PASSWORD, "198.51.100.1")).toBe("allowed");
    await guess(3, 10);
    server.passTime(24 * 60 * MINUTE_MS);
    expect(await attempt(PASSWORD, "198.51.100.1")).toBe("SIGN_IN_FAILED");
    expect(await server.letters()).toMatchObject([{ template: "account_locked", until: null }]);
    await server.db.operator.updateMany({ data: { failedSignIns: 0, lockedUntil: null } });
    expect(await attempt(PASSWORD, "198.51.100.1")).toBe("allowed");
  });
});

describe("over HTTP", () => {
  const fronts: HttpServer[] = [];
  afterAll(() => {
    for (const front of fronts) {
      front.closeAllConnections();
      front.close();
    }
  });

  /** The server's own front, and behind it the sign-in with the address that the front stamped on. */
  async function startFront(variables: Record<string, string> = {}) {
    const env = parseEnvironment({ ...testVariables(), ...variables });
    const front = createHttpServer(
      env,
      async ({ headers }, response) => {
        const address = readClientAddress(new Headers({ ...(headers as Record<string, string>) }));
        response.end(await attempt(headers["x-test-password"] === "right" ? PASSWORD : WRONG, address));
      },
      () => undefined,
    );
    fronts.push(front);
    front.listen(0, "127.0.0.1");
    await once(front, "listening");
    const { port } = front.address() as AddressInfo;
    return (forwarded: string, password = "wrong") =>
      new Promise<string>((resolve, reject) => {
        const headers = { host: "localhost:3000", "x-forwarded-for": forwarded, "x-test-password": password };
        request({ port, host: "127.0.0.1", headers }, (response) => {
          response.setEncoding("utf8");
          let body = "";
          response.on("data", (chunk: string) => {
            body += chunk;
          });
          response.on("end", () => resolve(body));
        })
          .on("error", reject)
          .end();
      });
  }

  test("an X-Forwarded-For that nobody trusted wrote makes one address no more than one", async () => {
    const ask = await startFront();
    const outcomes: string[] = [];
    for (let at = 0; at < ADDRESS_FAILURES + 5; at += 1) outcomes.push(await ask(`203.0.113.${at}`));
    expect(outcomes.slice(0, ADDRESS_FAILURES)).toEqual(Array(ADDRESS_FAILURES).fill("SIGN_IN_FAILED"));
    expect(new Set(outcomes.slice(ADDRESS_FAILURES))).toEqual(new Set(["SIGN_IN_THROTTLED"]));
    const attempts = await server.db.signInAttempt.groupBy({
      by: ["clientAddress"],
      where: { clientAddress: { startsWith: "203.0.113." } },
    });
    expect(attempts).toEqual([]);
    expect((await anna()).lockedUntil).not.toBeNull();
  });

  test("behind a trusted proxy every client counts for itself, and the account locks all the same", async () => {
    const ask = await startFront({ TRUSTED_PROXIES: "127.0.0.1" });
    for (let at = 0; at < 5; at += 1) expect(await ask(`1.1.1.1, 203.0.113.${at}`)).toBe("SIGN_IN_FAILED");
    expect(await ask("203.0.113.200", "right")).toBe("SIGN_IN_FAILED");
    expect((await anna()).lockedUntil).not.toBeNull();
  });
});
