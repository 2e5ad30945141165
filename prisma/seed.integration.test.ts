import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestServer, type TestServer } from "@/server/api/testing/test-server";
import { newPasswordSchema } from "@/server/auth/password-rule";
import { signInOperator, signInProvider } from "@/server/auth/sign-in";
import { seedDemo } from "./seed";

const browser = { userAgent: "test", formerSecret: undefined };
const COMMAND_TIMEOUT_MS = 60_000;

let server: TestServer;
beforeEach(async () => {
  server = await createTestServer();
});
afterEach(() => server.close());

test("creates the demo company and the provider account, whose passwords open them", async () => {
  const demo = await seedDemo(server.databaseUrl);
  expect(demo?.companyCode).toBe("demo");
  expect(demo?.accounts.map(({ id, role }) => [id, role])).toEqual([
    ["admin", "administrator"],
    ["operator", "operator"],
    ["operator2", "operator"],
  ]);
  const passwords = [...(demo?.accounts ?? []), ...(demo ? [demo.provider] : [])].map((one) => one.password);
  expect(new Set(passwords).size).toBe(4);
  for (const password of passwords) expect(newPasswordSchema.safeParse(password).success).toBe(true);
  for (const { id, password } of demo?.accounts ?? []) {
    const codes = { companyCode: "demo", operatorCode: id, password };
    await expect(signInOperator(server.anonymous(), codes, browser)).resolves.toBeTypeOf("string");
  }
  const provider = { providerCode: "provider", password: demo?.provider.password ?? "" };
  await expect(signInProvider(server.anonymous(), provider, browser)).resolves.toBeTypeOf("string");
  expect(await server.db.companyPolicy.count()).toBe(1);
});

test("does nothing the second time, and two first times at once do it once", async () => {
  const both = await Promise.all([seedDemo(server.databaseUrl), seedDemo(server.databaseUrl)]);
  expect(both.filter((one) => one === null)).toHaveLength(1);
  expect(await seedDemo(server.databaseUrl)).toBeNull();
  expect(await server.db.operator.count()).toBe(3);
  expect(await server.db.providerAccount.count()).toBe(1);
});

test("gives all accounts the password that was asked for, and refuses one that breaks the rule", async () => {
  await expect(seedDemo(server.databaseUrl, { demoPassword: "short" })).rejects.toThrow(
    /DEMO_PASSWORD .* 8 to 20 half-width/,
  );
  expect(await server.db.company.count()).toBe(0);
  const demo = await seedDemo(server.databaseUrl, { demoPassword: "Chosen-1234" });
  expect(demo?.accounts.every(({ password }) => password === "Chosen-1234")).toBe(true);
});

test("the audit log takes rows and gives none back", async () => {
  await seedDemo(server.databaseUrl);
  const count = await server.db.auditEvent.count();
  expect(count).toBeGreaterThanOrEqual(5);
  await expect(server.db.auditEvent.deleteMany()).rejects.toThrow(/append-only/);
  await expect(server.db.auditEvent.updateMany({ data: { actor: "nobody" } })).rejects.toThrow(/append-only/);
  await expect(server.db.$executeRaw`TRUNCATE audit_event, audit_link`).rejects.toThrow(/append-only/);
  await expect(server.db.auditLink.deleteMany()).rejects.toThrow(/append-only/);
  expect(await server.db.auditEvent.count()).toBe(count);
});

test(
  "provider:create prints a password that works, and refuses an ID that is taken",
  async () => {
    const run = (...args: string[]) =>
      promisify(execFile)("node_modules/.bin/tsx", ["scripts/provider-create.ts", ...args], {
        env: { ...process.env, DATABASE_URL: server.databaseUrl },
      }).catch((error: unknown) => {
        if (error instanceof Error && "stderr" in error) return { stdout: "", stderr: String(error.stderr) };
        throw error;
      });
    const { stdout } = await run("--id", "Root", "--name", "Root");
    const password = /Password\s+(\S+)/.exec(stdout)?.[1] ?? "";
    await expect(
      signInProvider(server.anonymous(), { providerCode: "root", password }, browser),
    ).resolves.toBeTypeOf("string");
    expect((await run("--id", "root")).stderr).toMatch(
      /^A provider account with the ID "root" exists already\./,
    );
    expect((await run("--id", "no spaces")).stderr).toMatch(/^--id must be /);
    expect((await run()).stderr).toMatch(/^--id is missing\./);
    expect(await server.db.providerAccount.count()).toBe(1);
  },
  COMMAND_TIMEOUT_MS,
);
