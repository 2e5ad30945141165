import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Browser, BrowserContext, Download, Page } from "@playwright/test";
import { loadSecrets } from "../../scripts/start/secrets";
import { makeSelfSignedCertificate } from "../../src/lib/self-signed-certificate";
import { type ReleaseManifest, readManifestPayload } from "../../src/protocol/release-manifest";
import { PUBLISH_TIMEOUT_MS, publishClientTool } from "../fixtures/client-tool";
import { expectClean } from "../fixtures/expect-clean";
import { keepPicture } from "../fixtures/keep-picture";
import { OwnProcess } from "../fixtures/own-process";
import { productDatabaseUrl } from "../fixtures/product-database";
import { freePort, type Stack } from "../fixtures/stack";
import { expect, test } from "../fixtures/test";

const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
const safariOnMac =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15";
/** What browsers say of their machines: the user agent, and Chromium's hint beside it. */
const machines = {
  windows: { userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}`, hint: "Windows" },
  macos: { userAgent: safariOnMac, hint: null },
  linux: { userAgent: `Mozilla/5.0 (X11; Linux x86_64) ${chrome}`, hint: "Linux" },
  iPad: { userAgent: safariOnMac, hint: null },
  android: { userAgent: `Mozilla/5.0 (Linux; Android 16; K) ${chrome}`, hint: "Android" },
} as const;

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const looks = [
  { language: "en", locale: "en-US", colorScheme: "light", viewport: desktop },
  { language: "ja", locale: "ja-JP", colorScheme: "dark", viewport: phone },
] as const;
const details = { en: "About this file", ja: "ファイルについて" } as const;

/** As a session's page hands a pairing over; nothing is paired with it. */
const TOKEN = "AAAAAAAAAAAAAAAAAAAAAA";

test.describe.configure({ mode: "serial" });

test("before anything is published the page says so", async ({ operatorBrowser, stack, watchPages }) => {
  for (const { language, ...look } of looks) {
    const context = await operatorBrowser.newContext(look);
    watchPages(context);
    const page = await context.newPage();
    await page.goto(`${stack.url}/download`);
    await expect(page.getByText("npm run release")).toBeVisible();
    await expectClean(page, `/download, nothing published, ${language}`);
    await context.close();
  }
});

test("everybody is offered what their computer runs, and gets it whole", async ({
  operatorBrowser,
  stack,
  watchPages,
}) => {
  test.setTimeout(PUBLISH_TIMEOUT_MS);
  await publishClientTool(stack, ["windows", "macos", "linux"]);
  const manifest = await publishedManifest(stack);

  for (const [machine, system] of [
    ["windows", "Windows"],
    ["macos", "Mac"],
    ["linux", "Linux"],
  ] as const) {
    await test.step(`on ${system}`, async () => {
      const { page, context } = await openOn(operatorBrowser, machine);
      watchPages(context);
      await page.goto(`${stack.url}/download`);
      await expect(page.getByText(`This is a ${system} computer.`)).toBeVisible();
      await expect(page.getByRole("button", { name: `Download for ${system}` })).toBeVisible();
      await expect(page.getByRole("radio", { name: system, exact: true })).toBeChecked();
      await keepPicture(page, machine);
      await context.close();
    });
  }

  for (const machine of ["iPad", "android"] as const) {
    await test.step(`on a device that cannot run it: ${machine}`, async () => {
      const { page, context } = await openOn(operatorBrowser, machine);
      watchPages(context);
      await page.goto(`${stack.url}/download`);
      await expect(page.getByText("not on a phone or a tablet")).toBeVisible();
      await expect(page.getByText(`${new URL(stack.url).host}/download`)).toBeVisible();
      await expect(page.getByRole("button", { name: /^Download/ })).toHaveCount(0);
      await expectClean(page, `/download, ${machine}`);
      await keepPicture(page, machine);
      // For the computer beside it.
      await page.getByText("Windows", { exact: true }).click();
      await expect(page.getByRole("button", { name: "Download for Windows" })).toBeVisible();
      await context.close();
    });
  }

  for (const { language, ...look } of looks) {
    await test.step(`every detail fits and is accessible: ${language}`, async () => {
      const { page, context } = await openOn(operatorBrowser, "windows", look);
      watchPages(context);
      await page.goto(`${stack.url}/download`);
      await page.getByText(details[language]).click();
      const file = fileOf(manifest, "windows");
      await expect(page.getByText(file.sha256, { exact: true })).toBeVisible();
      await expect(page.getByText(manifest.version, { exact: true })).toBeVisible();
      await expect(page.getByText(await publishedSignature(stack), { exact: true })).toBeVisible();
      await expectClean(page, `/download, ${language}`);
      await keepPicture(page, language);
      await context.close();
    });
  }

  await test.step("a plain file is the published one", async () => {
    const { page, context } = await openOn(operatorBrowser, "linux");
    watchPages(context);
    await page.goto(`${stack.url}/download`);
    const download = await pressed(page, /^Download for Linux/);
    const file = fileOf(manifest, "linux");
    expect(`files/${download.suggestedFilename()}`).toBe(file.path);
    expect(await sha256Of(download)).toBe(file.sha256);
    // What is said of it is true of the file that is there: its name, and the line that starts it.
    await expect(page.getByText(`Saved as ${download.suggestedFilename()}.`)).toBeVisible();
    await expect(page.locator("code", { hasText: "xdg-user-dir" })).toContainText(
      download.suggestedFilename(),
    );

    await expectServed(page, `/download/${file.path}`, file.sizeBytes);
    await context.close();
  });

  await test.step("a session's file carries the pairing in its name", async () => {
    const { page, context } = await openOn(operatorBrowser, "windows");
    watchPages(context);
    await page.goto(`${stack.url}/download#${TOKEN}`);
    const download = await pressed(page, /^Download for Windows/);
    expect(download.suggestedFilename()).toBe(`madoguchi_localhost~${new URL(stack.url).port}_${TOKEN}.exe`);
    expect(await sha256Of(download)).toBe(fileOf(manifest, "windows").sha256);
    await context.close();
  });
});

test("from a static host that knows nothing of us the file comes whole, under its name", async ({
  operatorBrowser,
  stack,
}) => {
  const manifest = await publishedManifest(stack);
  const host = await startStaticHost(join(stack.dataDir, "download"));
  const server = await startServer(stack, host);
  const { page, context } = await openOn(operatorBrowser, "windows");
  const said: string[] = [];
  context.on("console", (message) => said.push(message.text()));
  try {
    await page.goto(`${server.url}/download#${TOKEN}`);
    const [download, file] = [await pressed(page, /^Download for Windows/), fileOf(manifest, "windows")];
    expect(download.suggestedFilename()).toBe(`madoguchi_localhost~${new URL(server.url).port}_${TOKEN}.exe`);
    expect(await sha256Of(download)).toBe(file.sha256);
    // It was the host that the browser could not read from, and no rule of ours.
    expect(said.filter((text) => text.includes("CORS policy"))).toHaveLength(1);
    expect(said.filter((text) => text.includes("Content Security Policy"))).toEqual([]);

    host.allowsOthers = true;
    await page.reload();
    const direct = await pressed(page, /^Download for Windows/);
    expect(direct.suggestedFilename()).toBe(download.suggestedFilename());
    expect(await sha256Of(direct)).toBe(file.sha256);
    expect(said.filter((text) => text.includes("CORS policy"))).toHaveLength(1);
  } finally {
    await context.close();
    await server.stop();
    host.close();
  }
});

async function openOn(
  browser: Browser,
  machine: keyof typeof machines,
  look: { locale: string; colorScheme?: "light" | "dark"; viewport?: typeof phone } = { locale: "en-US" },
): Promise<{ page: Page; context: BrowserContext }> {
  const { userAgent, hint } = machines[machine];
  const isTouch = machine === "iPad" || machine === "android";
  const context = await browser.newContext({
    userAgent,
    // A static host of a test vouches for itself.
    ignoreHTTPSErrors: true,
    ...(isTouch && { viewport: phone, hasTouch: true }),
    ...look,
  });
  await context.addInitScript(
    (facts) => {
      const data = facts.hint === null ? undefined : { platform: facts.hint, mobile: facts.isTouch };
      Object.defineProperty(navigator, "userAgentData", { get: () => data });
      Object.defineProperty(navigator, "maxTouchPoints", { get: () => (facts.isTouch ? 5 : 0) });
    },
    { hint, isTouch },
  );
  return { page: await context.newPage(), context };
}

async function pressed(page: Page, name: RegExp): Promise<Download> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name }).click();
  return await download;
}

async function sha256Of(download: Download): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(await download.path()), hash);
  return hash.digest("hex");
}

/** Parts of it, how long it is kept, and that the manifest is not sent again to who has it: as a browser sees it. */
async function expectServed(page: Page, path: string, sizeBytes: number): Promise<void> {
  const seen = await page.evaluate(async (address) => {
    const part = await fetch(address, { headers: { range: "bytes=10-19" }, cache: "no-store" });
    const manifest = await fetch("/download/manifest.json", { cache: "no-cache" });
    await manifest.json();
    const asked = performance.getEntriesByName(manifest.url, "resource").at(-1);
    return {
      part: [part.status, part.headers.get("content-range"), (await part.arrayBuffer()).byteLength],
      kept: part.headers.get("cache-control"),
      // The page itself has loaded it before.
      isSentAgain:
        !(asked instanceof PerformanceResourceTiming) || asked.transferSize >= asked.encodedBodySize,
    };
  }, path);
  expect(seen).toEqual({
    part: [206, `bytes 10-19/${sizeBytes}`, 10],
    kept: "public, max-age=31536000, immutable",
    isSentAgain: false,
  });
}

async function publishedText(stack: Stack): Promise<{ payload: string; signature: string }> {
  return JSON.parse(await readFile(join(stack.dataDir, "download/manifest.json"), "utf8"));
}

async function publishedManifest(stack: Stack): Promise<ReleaseManifest> {
  return readManifestPayload(await publishedText(stack));
}

async function publishedSignature(stack: Stack): Promise<string> {
  return (await publishedText(stack)).signature;
}

function fileOf({ files }: ReleaseManifest, platform: ReleaseManifest["files"][number]["platform"]) {
  const file = files.find((one) => one.platform === platform);
  if (!file) throw new Error(`Nothing is published for ${platform}`);
  return file;
}

interface StaticHost {
  readonly url: string;
  /** PEM; nobody but the management server is told to trust it. */
  readonly certificate: string;
  /** Whether it lets the pages of other sites read what it has. */
  allowsOthers: boolean;
  readonly close: () => void;
}

/** Files as they lie in a folder: no compression, no headers that anybody would have to set. */
async function startStaticHost(folder: string): Promise<StaticHost> {
  const { certificate, key } = await makeSelfSignedCertificate(["127.0.0.1"], 1);
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const file = createReadStream(join(folder, new URL(request.url ?? "", "https://host").pathname));
    file.once("error", () => response.writeHead(404).end());
    file.once("open", () => {
      if (host.allowsOthers) response.setHeader("access-control-allow-origin", "*");
      response.writeHead(200, { "content-type": "application/octet-stream" });
      if (request.method === "HEAD") response.end();
      else file.pipe(response);
    });
    response.once("close", () => file.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The host has no port");
  const host: StaticHost = {
    url: `https://127.0.0.1:${address.port}/`,
    certificate,
    allowsOthers: false,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return host;
}

/** Another management server of the same product, whose files are elsewhere. */
async function startServer(
  stack: Stack,
  host: StaticHost,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "madoguchi-elsewhere-"));
  const certificateFile = join(folder, "certificate.pem");
  await writeFile(certificateFile, host.certificate);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const secrets = await loadSecrets({
    folder: join(stack.dataDir, "secrets"),
    variables: { NODE_ENV: "production" },
    mayCreate: true,
  });
  const server = new OwnProcess("server with files elsewhere", "build/management-server.mjs", {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    LOG_LEVEL: "warn",
    ...secrets,
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: await productDatabaseUrl(stack),
    DATA_DIR: folder,
    DOWNLOAD_URL: host.url,
    NODE_EXTRA_CA_CERTS: certificateFile,
  });
  await server.start();
  return {
    url,
    stop: async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
