import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { baseFlags, findChromium, wholeScreenFlags } from "../../fixtures/chromium";
import type { Display } from "../../fixtures/display";
import type { SeparateNetwork } from "../../fixtures/separate-network";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { pageScript } from "../page-script";
import type { SceneName } from "../picture/scenes";
import { openVncDesktop, type VncDesktop } from "./desktop";
import { Marker } from "./marker";

/** What people have on their desks. */
export const SCREEN = { width: 1920, height: 1080 } as const;
/** On the text that is scrolled, beside what is typed, dragged and played. */
const MARKER = { x: 1_650, y: 700, size: 64 } as const;
const SPOT = {
  x: (MARKER.x + MARKER.size / 2) / SCREEN.width,
  y: (MARKER.y + MARKER.size / 2) / SCREEN.height,
} as const;

const SCENE_TITLE = "Madoguchi latency bench";

/** What is to be seen on the screen beside the marker: one of the picture bench's scenes, or nothing that moves. */
export type Content = SceneName | "still";
export type Path = "relay" | "noVNC";

/**
 * One X server for both paths, so that they have the same screen to show at the same cost: it is TigerVNC's, which is an X server
 * like any other as long as no viewer is connected. On it lie the customer's browser, over it a page that fills the screen, and
 * over that the marker. Only one path is connected at a time; the other costs nothing then.
 */
export class Stage {
  readonly marker: Marker;
  readonly customer: Page;
  /** The operator's page, in which our own viewer is. */
  readonly operator: Page;
  readonly #scene: Page;
  readonly #desktop: VncDesktop;
  readonly #relay: BenchRelay;
  readonly #script: string;
  #closers: readonly (() => unknown)[];

  /**
   * @param network where the watching browser is; without it on this machine
   * @returns null when noVNC or TigerVNC is not installed
   */
  static async open(workerBin: string, network: SeparateNetwork | null): Promise<Stage | null> {
    const desktop = await openVncDesktop(SCREEN);
    if (!desktop) return null;
    const closers: (() => unknown)[] = [desktop.close];
    try {
      const relay = await startBenchRelay(workerBin);
      closers.unshift(relay.close);
      const script = await pageScript("e2e/bench/in-page.ts");
      const profile = await mkdtemp(join(tmpdir(), "madoguchi-bench-"));
      closers.unshift(() => rm(profile, { recursive: true, force: true }));
      const customerBrowser = await chromium.launchPersistentContext(profile, {
        ...windowOn(desktop.display, [...wholeScreenFlags, "--window-position=0,0", "--window-size=900,780"]),
        viewport: null,
      });
      closers.unshift(() => customerBrowser.close());
      const sceneBrowser = await chromium.launch(windowOn(desktop.display, ["--ozone-platform=x11"]));
      closers.unshift(() => sceneBrowser.close());
      const watching = await chromium.launch({
        executablePath: network?.chromiumPath ?? findChromium(),
        args: [...baseFlags],
      });
      closers.unshift(() => watching.close());
      const customer = await openPage(customerBrowser.pages()[0], customerBrowser, relay.pageUrl, script);
      const viewer = await watching.newContext({ viewport: SCREEN });
      const operator = await openPage(undefined, viewer, relay.pageUrl, script);
      await operator.evaluate(({ x, y }) => bench.watch(x, y), SPOT);
      const scene = await openScene(sceneBrowser);
      const marker = await Marker.open(desktop.display, MARKER);
      closers.unshift(() => marker.close());
      return new Stage({ desktop, relay, script, customer, operator, scene, marker }, closers);
    } catch (error) {
      for (const close of closers) await close();
      throw error;
    }
  }

  private constructor(
    parts: {
      desktop: VncDesktop;
      relay: BenchRelay;
      script: string;
      customer: Page;
      operator: Page;
      scene: Page;
      marker: Marker;
    },
    closers: readonly (() => unknown)[],
  ) {
    this.#desktop = parts.desktop;
    this.#relay = parts.relay;
    this.#script = parts.script;
    this.customer = parts.customer;
    this.operator = parts.operator;
    this.#scene = parts.scene;
    this.marker = parts.marker;
    this.#closers = closers;
  }

  async show(content: Content): Promise<void> {
    await this.#scene.evaluate((name) => {
      sharedScene.stop();
      if (name === "still") sharedScene.draw("scroll", 0);
      else void sharedScene.play(name, null);
    }, content);
  }

  /**
   * Connects the watching browser to the screen, measures, and disconnects it.
   *
   * @param measure gets the page that shows the screen and watches the marker
   */
  async connected<T>(path: Path, measure: (watching: Page) => Promise<T>): Promise<T> {
    return await (path === "relay" ? this.#throughRelay(measure) : this.#throughNoVnc(measure));
  }

  async close(): Promise<void> {
    const closers = this.#closers;
    this.#closers = [];
    for (const close of closers) await close();
  }

  async #throughRelay<T>(measure: (watching: Page) => Promise<T>): Promise<T> {
    const { customer, operator } = this;
    // Capturing needs a click of the person.
    await customer.mouse.click(200, 200);
    const outcome = await customer.evaluate(() => bench.capture());
    if (outcome !== "captured") throw new Error(`The display could not be captured: ${outcome}`);
    // Capturing brings the customer's window to the front, on whose tab the browser's own sign for that would flicker.
    await this.#bringSceneToFront();
    const sessionId = randomUUID();
    const share = await this.#relay.assign(sessionId, "customer");
    const view = await this.#relay.assign(sessionId, "operator");
    try {
      await customer.evaluate((assignment) => bench.shareThroughRelay(assignment), share);
      await operator.evaluate((assignment) => bench.viewThroughRelay(assignment), view);
      await operator.waitForFunction(() => bench.playing());
      return await measure(operator);
    } finally {
      await operator.evaluate(() => bench.close());
      await customer.evaluate(() => {
        bench.close();
        bench.release();
      });
    }
  }

  async #bringSceneToFront(): Promise<void> {
    await this.#desktop.display.xdotool("search", "--name", SCENE_TITLE, "windowactivate", "--sync");
  }

  /** In a page that is there only as long, since noVNC goes on painting. */
  async #throughNoVnc<T>(measure: (watching: Page) => Promise<T>): Promise<T> {
    await this.#bringSceneToFront();
    const page = await this.operator.context().newPage();
    try {
      await page.goto(this.#desktop.viewerUrl);
      await page.addScriptTag({ content: this.#script });
      await page.waitForFunction(({ x, y }) => bench.watchNoVnc(x, y), SPOT);
      return await measure(page);
    } finally {
      await page.close();
      await this.operator.bringToFront();
    }
  }
}

function windowOn(display: Display, flags: readonly string[]) {
  return {
    headless: false,
    executablePath: findChromium(),
    args: [...baseFlags, ...flags],
    env: { ...process.env, DISPLAY: display.name },
  };
}

async function openPage(
  opened: Page | undefined,
  context: BrowserContext,
  url: string,
  script: string,
): Promise<Page> {
  const page = opened ?? (await context.newPage());
  await page.goto(url);
  await page.addScriptTag({ content: script });
  return page;
}

/** The picture bench's page, as big as the screen. @throws Error when its window is not */
async function openScene(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: null });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const { windowId } = await session.send("Browser.getWindowForTarget");
  await session.send("Browser.setWindowBounds", { windowId, bounds: { windowState: "fullscreen" } });
  await page.addScriptTag({ content: await pageScript("e2e/bench/picture/scenes.ts") });
  await page.waitForFunction(({ width, height }) => innerWidth === width && innerHeight === height, SCREEN);
  await page.evaluate(
    ([title, width]) => {
      document.title = title;
      sharedScene.fill(width);
    },
    [SCENE_TITLE, SCREEN.width] as const,
  );
  return page;
}
