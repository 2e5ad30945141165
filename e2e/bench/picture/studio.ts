import { createServer } from "node:http";
import { type Browser, type CDPSession, chromium, type Page } from "@playwright/test";
import { baseFlags, findChromium, tabFlags } from "../../fixtures/chromium";
import { pageScript } from "../page-script";
import { COMPARED, SCREEN, type SceneName } from "./scenes";

const SHARED_TITLE = "Madoguchi picture bench";
/** The two browsers find each other by address: what runs here is on one machine. */
const PLAIN_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns";

/** A browser whose processor time can be read. */
export interface MeteredBrowser {
  readonly page: Page;
  /** What all its processes have used so far, in seconds of one core. */
  cpuSeconds: () => Promise<number>;
}

/** Two browsers, one with a shared tab. */
export interface Studio {
  readonly shared: Page;
  readonly sender: MeteredBrowser;
  readonly viewer: MeteredBrowser;
  /** How a frame of a scene looks, as PNG in base64. */
  source: (scene: SceneName, frame: number) => Promise<string>;
  close: () => Promise<void>;
}

/** Opens both browsers and captures the shared tab. */
export async function openStudio(): Promise<Studio> {
  // Empty, and on localhost, which browsers treat as a secure context.
  const pages = createServer((_request, response) =>
    response.setHeader("content-type", "text/html").end("<!doctype html><title>bench</title>"),
  );
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  const address = pages.address();
  if (typeof address !== "object" || !address) throw new Error("The server does not listen.");
  const url = `http://localhost:${address.port}`;
  const launch = (flags: readonly string[] = []) =>
    chromium.launch({ executablePath: findChromium(), args: [...baseFlags, PLAIN_ADDRESSES, ...flags] });
  const [senderBrowser, viewerBrowser] = [await launch(tabFlags(SHARED_TITLE)), await launch()];
  const [script, sceneScript] = await Promise.all([
    pageScript("e2e/bench/picture/in-page.ts"),
    pageScript("e2e/bench/picture/scenes.ts"),
  ]);
  const context = await senderBrowser.newContext({ viewport: SCREEN });
  const shared = await context.newPage();
  await shared.setContent(`<!doctype html><title>${SHARED_TITLE}</title><body></body>`);
  await shared.addScriptTag({ content: sceneScript });
  await shared.evaluate(() => sharedScene.draw("scroll", 0));
  const sender = await openPage(senderBrowser, await context.newPage(), url, script);
  const viewer = await openPage(viewerBrowser, await viewerBrowser.newPage(), url, script);
  await sender.page.mouse.click(100, 100);
  await sender.page.evaluate(() => pictureBench.capture());
  await viewer.page.evaluate(() => pictureBench.watch());
  const taken = new Map<string, string>();
  return {
    shared,
    sender,
    viewer,
    source: async (scene, frame) => {
      const key = `${scene}/${frame}`;
      const known = taken.get(key);
      if (known !== undefined) return known;
      await shared.evaluate(([name, number]) => sharedScene.draw(name, number), [scene, frame] as const);
      const png = (await shared.screenshot()).toString("base64");
      taken.set(key, png);
      return png;
    },
    close: async () => {
      await senderBrowser.close();
      await viewerBrowser.close();
      pages.close();
    },
  };
}

/** How much of the picture is compared, in words. */
export const COMPARED_IN_WORDS = `${COMPARED.width} × ${COMPARED.height} of ${SCREEN.width} × ${SCREEN.height} pixels`;

async function openPage(browser: Browser, page: Page, url: string, script: string): Promise<MeteredBrowser> {
  await page.goto(url);
  await page.addScriptTag({ content: script });
  const session = await browser.newBrowserCDPSession();
  return { page, cpuSeconds: () => cpuSeconds(session) };
}

/** Chromium itself sums up what the kernel says of each of its processes (/proc/<pid>/stat). */
async function cpuSeconds(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
