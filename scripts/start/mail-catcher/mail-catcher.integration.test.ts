import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { JSDOM } from "jsdom";
import nodemailer, { type Transporter } from "nodemailer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { mailCatcherEnvironment } from "../child-environment";
import { findFreePort } from "../ports";

const messagesSchema = z.object({
  messages: z.array(
    z.object({
      id: z.string(),
      from: z.string(),
      to: z.array(z.string()),
      subject: z.string(),
      text: z.string(),
      html: z.string().nullable(),
    }),
  ),
});

let catcher: ChildProcess;
let smtpPort: number;
let pagePort: number;

beforeAll(async () => {
  smtpPort = await findFreePort();
  pagePort = await findFreePort();
  catcher = spawn(process.execPath, ["--import", "tsx", "scripts/start/mail-catcher/main.ts"], {
    env: mailCatcherEnvironment(process.env, "test", { smtpPort, pagePort }),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(catcher, "message");
  transport = nodemailer.createTransport({
    host: "127.0.0.1",
    port: smtpPort,
    pool: true,
    maxConnections: 1,
    maxMessages: 1_000,
  });
});
afterAll(async () => {
  transport.close();
  const exited = once(catcher, "exit");
  catcher.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});

/** One connection, kept: the server lets every new one wait a little before it greets. */
let transport: Transporter;

async function deliver(message: { to: string; subject: string; text: string; html?: string }): Promise<void> {
  await transport.sendMail({ from: '"Madoguchi" <madoguchi@localhost>', ...message });
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

function get(path: string, host = `localhost:${pagePort}`, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ port: pagePort, host: "127.0.0.1", path, method, headers: { host } });
    request.once("error", reject);
    request.once("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.end();
  });
}

const messages = async () => messagesSchema.parse(JSON.parse((await get("/messages.json")).body)).messages;

test("what a mail program sends can be read as JSON and on the page, with its links", async () => {
  const link = "https://support.example.com/set-password#a?b=c&d";
  await deliver({ to: "aoki@example.com", subject: "パスワードの再設定", text: `開く:\n${link}\n` });
  const [message] = await messages();
  expect(message).toMatchObject({
    from: "Madoguchi <madoguchi@localhost>",
    to: ["aoki@example.com"],
    subject: "パスワードの再設定",
    html: null,
  });
  expect(message?.text).toContain(link);
  const { document } = new JSDOM((await get(`/messages/${message?.id}`)).body).window;
  expect(document.querySelector("h2")?.textContent).toBe("パスワードの再設定");
  const anchor = document.querySelector<HTMLAnchorElement>("main pre a");
  expect(anchor?.href).toBe(link);
  expect(anchor?.rel).toContain("noopener");
  expect(document.querySelector('nav a[aria-current="page"]')?.textContent).toContain("aoki@example.com");
});

test("a message's HTML runs nothing, loads nothing and has no origin; its text is text", async () => {
  const evil = "<script>alert(1)</script>";
  await deliver({ to: "aoki@example.com", subject: evil, text: evil, html: `<p>${evil}</p>` });
  const [message] = await messages();
  const page = await get(`/messages/${message?.id}`);
  expect(page.body).not.toContain(evil);
  expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'nonce-[^']+';/);
  const { document } = new JSDOM(page.body).window;
  expect(document.querySelector("h2")?.textContent).toBe(evil);
  expect(document.querySelector("iframe")?.getAttribute("sandbox")).toBe(
    "allow-popups allow-popups-to-escape-sandbox",
  );
  const html = await get(`/messages/${message?.id}/html`);
  expect(html.headers["content-security-policy"]).toMatch(/^sandbox allow-popups .*default-src 'none'/);
});

test.each(["evil.example", "evil.example:8025", "localhost"])(
  "a request that names the host %j is not answered (DNS rebinding)",
  async (host) => {
    const answer = await get("/messages.json", host);
    expect(answer.status).toBe(421);
    expect(answer.body).not.toContain("messages");
  },
);

test("other sites get no permission to read, nothing can be changed, and what is not there is said to be", async () => {
  const { headers } = await get("/messages.json");
  expect(headers["access-control-allow-origin"]).toBeUndefined();
  expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  expect((await get("/messages.json", undefined, "POST")).status).toBe(405);
  expect((await get("/messages/none")).status).toBe(404);
  expect((await get(`/messages/${"x".repeat(40)}/html`)).status).toBe(404);
});

test("the newest 200 are kept", async () => {
  for (let n = 0; n < 205; n += 1) {
    await deliver({ to: `person-${n}@example.com`, subject: `Number ${n}`, text: "-" });
  }
  const kept = await messages();
  expect(kept).toHaveLength(200);
  expect(kept[0]?.subject).toBe("Number 204");
});
