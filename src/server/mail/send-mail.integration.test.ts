import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { parseEnvironment } from "@/env";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { createWorld, type World } from "@/server/domain/support-sessions/testing/world";
import { testVariables } from "@/server/http/testing/test-variables";
import { type MailMessage, queueMail } from "./queue-mail";
import { sendMail } from "./send-mail";

const url = "https://support.example.com/set-password#a-secret-of-128-bits";
const message = {
  to: "aoki@example.com",
  locale: "ja" as const,
  template: "password_reset" as const,
  name: "青木",
  code: "aoki",
  url,
};

let world: World;
let smtp: SMTPServer;
let received: Email[];
let answer: Error | null;
let ctx: ServiceContext<SystemActor>;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  received = [];
  answer = null;
  smtp = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onRcptTo: (_address, _session, done) => done(answer),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          received.push(mail);
          done();
        }, done);
      });
    },
  });
  const server = smtp.listen(0, "127.0.0.1");
  await once(server, "listening");
  ctx = contextFor(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await world.db.outgoingMail.deleteMany();
});
afterEach(() => new Promise<void>((resolve) => smtp.close(resolve)));
afterAll(() => world.close());

function contextFor(smtpUrl: string): ServiceContext<SystemActor> {
  const variables = { ...testVariables(), SMTP_URL: smtpUrl, PUBLIC_URL: "https://support.example.com" };
  return { ...world.system, env: { ...parseEnvironment(variables), DATA_KEY: world.env.DATA_KEY } };
}

/** The database's own clock wrote the row; the test's is the one that counts here. */
async function queue(
  changes: Partial<Extract<MailMessage, { template: "password_reset" }>> = {},
  env = ctx.env,
) {
  await world.db.$transaction((tx) => queueMail(tx, env, { ...message, ...changes }));
  await world.db.outgoingMail.updateMany({
    where: { attempts: 0 },
    data: { createdAt: world.now(), nextAttemptAt: world.now() },
  });
}
const waiting = () => world.db.outgoingMail.findMany();

function smtpError(responseCode: number): Error {
  return Object.assign(new Error(`no such user aoki@example.com ${url}`), { responseCode });
}

test("a message arrives whole, once, and the outbox is empty", async () => {
  await queue();
  expect(await sendMail(ctx)).toBe(1);
  expect(await sendMail(ctx)).toBe(0);
  expect(await waiting()).toEqual([]);
  expect(received).toHaveLength(1);
  const [mail] = received;
  expect(mail).toMatchObject({
    to: [{ address: "aoki@example.com" }],
    from: { address: "madoguchi@localhost", name: "Madoguchi" },
    subject: "パスワードの再設定",
  });
  expect(mail?.messageId).toMatch(/@support\.example\.com>$/);
  expect(mail?.headers.find(({ key }) => key === "auto-submitted")?.value).toBe("auto-generated");
  expect(mail?.text).toContain(url);
  expect(mail?.html).toContain(`href="${url}"`);
});

test("while it waits nobody can read it in the database, and a rolled-back one is never sent", async () => {
  await queue();
  const [row] = await waiting();
  expect(Buffer.from(row?.sealedMessage ?? []).toString("latin1")).not.toMatch(/aoki|secret/);
  await expect(
    world.db.$transaction(async (tx) => {
      await queueMail(tx, ctx.env, message);
      throw new Error("rolled back");
    }),
  ).rejects.toThrow("rolled back");
  expect(await waiting()).toHaveLength(1);
});

test("a refusal for the moment is tried again, later each time, and then arrives", async () => {
  answer = smtpError(451);
  await queue();
  for (const delayMs of [5_000, 15_000, 45_000]) {
    expect(await sendMail(ctx)).toBe(0);
    const [row] = await waiting();
    expect(row?.nextAttemptAt.getTime()).toBe(world.now().getTime() + delayMs);
    expect(row?.lastError).toBe("EENVELOPE 451");
    world.advance(delayMs - 1);
    expect(await sendMail(ctx)).toBe(0);
    expect((await waiting())[0]?.attempts).toBe(row?.attempts);
    world.advance(1);
  }
  answer = null;
  expect(await sendMail(ctx)).toBe(1);
  expect(received).toHaveLength(1);
});

test("a mail server that is away is waited for; a link that no longer works is not sent", async () => {
  const away = { ...ctx, env: { ...ctx.env, SMTP_URL: "smtp://127.0.0.1:9" } };
  await queue();
  expect(await sendMail(away)).toBe(0);
  expect((await waiting())[0]?.lastError).toMatch(/^E\w+$/);
  world.advance(30 * 60_000);
  expect(await sendMail(ctx)).toBe(1);
  expect(received).toEqual([]);
  expect(await waiting()).toEqual([]);
});

test("a refusal for good is given up at once, with a line in the audit log that tells nothing of the message", async () => {
  answer = smtpError(550);
  await queue();
  const before = await world.db.auditEvent.count({ where: { action: "mail.given_up" } });
  expect(await sendMail(ctx)).toBe(1);
  expect(await waiting()).toEqual([]);
  const events = await world.db.auditEvent.findMany({
    where: { action: "mail.given_up" },
    orderBy: { id: "asc" },
  });
  expect(events).toHaveLength(before + 1);
  expect(events.at(-1)).toMatchObject({
    actor: "system",
    companyId: null,
    detail: { template: "password_reset", failure: "EENVELOPE 550", attempts: 1 },
  });
  expect(JSON.stringify(events.at(-1)?.detail)).not.toMatch(/aoki|secret/);
});

test("one that cannot be opened, for it was sealed with another key, does not hold up the others", async () => {
  await queue({}, parseEnvironment(testVariables()));
  await queue({ to: "next@example.com" });
  expect(await sendMail(ctx)).toBe(2);
  expect(received.map(({ to }) => to?.[0]?.address)).toEqual(["next@example.com"]);
});

test("two servers that send at once send each message once", async () => {
  for (let n = 0; n < 30; n += 1) await queue({ to: `person-${n}@example.com` });
  const other = { ...ctx, db: world.createServer().db };
  await Promise.all([sendMail(ctx), sendMail(other)]);
  expect(received.map(({ to }) => to?.[0]?.address).sort()).toEqual(
    Array.from({ length: 30 }, (_, n) => `person-${n}@example.com`).sort(),
  );
});

test("without a mail server messages wait, but not for ever", async () => {
  await queue();
  expect(await sendMail(world.system)).toBe(0);
  expect(await waiting()).toHaveLength(1);
  world.advance(400 * 24 * 3_600_000);
  expect(await sendMail(world.system)).toBe(1);
});
