import { randomUUID } from "node:crypto";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import type { Role } from "@/protocol/roles";
import { until } from "../../../relay/testing/until";
import { baseFlags, findChromium, tabFlags } from "../../fixtures/chromium";
import { SeparateNetwork, whyNoSeparateNetwork } from "../../fixtures/separate-network";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { pageScript } from "../page-script";
import { unlessQuick } from "../quick";
import type { BenchResult, BenchSample } from "../report";
import { median, percentile } from "../statistics";
import { childrenOf } from "./process-tree";

const ROUNDS = unlessQuick(7, 1);
const CUT_MS = unlessQuick(10_000, 3_000);
/** `npm start` waits this long before it starts a relay again that was killed for the first time. */
const RESTART_AFTER_MS = 500;
const RECOVERY_TIMEOUT_MS = 30_000;
const GOAL_RATIO = 3;
const TAB_TITLE = "Shared in the recovery bench";
/** Far enough from each other to be told apart after lossy compression. */
const COLOURS = [
  [200, 30, 30],
  [30, 160, 30],
  [30, 30, 200],
  [220, 220, 220],
] as const;

const causes = {
  worker: "the relay's worker was killed",
  relay: "the relay was killed",
  cut: `the customer's network was cut for ${CUT_MS / 1_000} s`,
} as const;
const FRESH_JOIN = "fresh join";

/**
 * How long the operator waits for the picture after a fault, against joining afresh, with the product's media engine in two
 * browsers. Each round opens a session, from the customer's agreement over the browser's capture and both joins to the first
 * frame, as in the bench of the first frame but without a management server; then it does one fault to it after the other.
 *
 * A fault is over at the kill for a worker, which the relay starts again by itself; when a killed relay listens again; and when
 * a cut network is whole. From then on the shared tab has another colour, so that a frame that was still under way cannot pass
 * for one that came after it.
 *
 * Cutting needs root; without, that row is left out. A quick run has one round and a short cut.
 */
export async function measureRecovery(workerBin: string, say: (line: string) => void): Promise<BenchResult> {
  const whyNot = await whyNoSeparateNetwork();
  if (whyNot !== null) say(`  The network is not cut: ${whyNot}`);
  const network = whyNot === null ? await SeparateNetwork.open() : null;
  const samples: BenchSample[] = [];
  try {
    const relay = await startBenchRelay(workerBin);
    const browsers = [
      await chromium.launch({
        executablePath: network?.chromiumPath ?? findChromium(),
        args: [...baseFlags, ...tabFlags(TAB_TITLE)],
      }),
      await chromium.launch({ executablePath: findChromium(), args: [...baseFlags] }),
    ] as const;
    try {
      const stage = await Stage.open(relay, browsers);
      // Round -1 warms up the browsers; it is not counted.
      for (let round = -1; round < ROUNDS; round += 1) {
        const add = (series: string, ms: number) => {
          if (round >= 0) samples.push({ series, round, ms });
          say(`  round ${round + 1}/${ROUNDS} ${series}: ${ms.toFixed(0)} ms`);
        };
        add(FRESH_JOIN, await stage.join());
        add(causes.worker, await stage.recovery(() => killWorkers(relay)));
        add(causes.relay, await stage.recovery(() => killRelay(relay)));
        if (network !== null) add(causes.cut, await stage.recovery(() => cut(network)));
        await stage.leave();
      }
    } finally {
      for (const browser of browsers) await browser.close();
      relay.close();
    }
  } finally {
    await network?.close();
  }
  return summarise(samples);
}

function summarise(samples: readonly BenchSample[]): BenchResult {
  const of = (series: string) => samples.filter((sample) => sample.series === series).map(({ ms }) => ms);
  const inWords = (series: string) =>
    `${median(of(series)).toFixed(0)} ms (p95 ${percentile(of(series), 0.95).toFixed(0)})`;
  return {
    id: "recovery",
    title: "The end of a fault to the operator's next frame",
    rows: Object.values(causes)
      .filter((cause) => of(cause).length > 0)
      .map((cause) => {
        const ratio = median(of(cause)) / median(of(FRESH_JOIN));
        return {
          name: `Next frame after ${cause}`,
          measured: inWords(cause),
          compared: `${FRESH_JOIN}: ${inWords(FRESH_JOIN)}`,
          ratio,
          goal: `median ≤ ${GOAL_RATIO} ×`,
          met: ratio <= GOAL_RATIO,
          samples: `${of(cause).length} rounds`,
        };
      }),
    samples,
  };
}

/** Two browsers and a shared tab. */
class Stage {
  readonly #tab: Page;
  readonly #customer: Page;
  readonly #operator: Page;
  #sessionId = "";
  #colour = 0;
  #turnedAt = 0;

  private constructor(tab: Page, customer: Page, operator: Page) {
    this.#tab = tab;
    this.#customer = customer;
    this.#operator = operator;
  }

  static async open(relay: BenchRelay, [sharing, viewing]: readonly [Browser, Browser]): Promise<Stage> {
    const context = await sharing.newContext();
    const tab = await context.newPage();
    // Something moves all the time, or no frame would be due at the moment that counts.
    await tab.setContent(
      `<title>${TAB_TITLE}</title><style>@keyframes move { to { left: 300px } }` +
        "p { position: fixed; top: 0; left: 0; width: 40px; height: 40px; background: black; animation: move 1s infinite }" +
        "</style><body><p>",
    );
    const script = await pageScript("e2e/bench/relay/recovery-page.ts");
    const openPage = async (inContext: BrowserContext, role: Role): Promise<Page> => {
      const page = await inContext.newPage();
      await page.exposeFunction("askForTicket", () => relay.assign(stage.#sessionId, role));
      await page.goto(relay.pageUrl);
      await page.addScriptTag({ content: script });
      return page;
    };
    const customer = await openPage(context, "customer");
    const operator = await openPage(await viewing.newContext(), "operator");
    const stage = new Stage(tab, customer, operator);
    await operator.evaluate(() => recoveryBench.watch());
    return stage;
  }

  /** Opens a session. @returns the time from the customer's agreement to the operator's first frame, in ms */
  async join(): Promise<number> {
    this.#sessionId = randomUUID();
    await this.#turn();
    // Capturing needs a click of the person.
    await this.#customer.mouse.click(200, 200);
    const startedAt = Date.now();
    const [outcome] = await Promise.all([
      this.#customer.evaluate(() => recoveryBench.share()),
      this.#operator.evaluate(() => recoveryBench.view()),
    ]);
    if (outcome !== "captured") throw new Error(`The tab could not be captured: ${outcome}`);
    return (await this.#firstFrame()) - startedAt;
  }

  /** @param fault does it and returns when it was over, in ms since 1970. @returns the time from then to the next frame, in ms */
  async recovery(fault: () => Promise<number>): Promise<number> {
    const overAt = await fault();
    await this.#turn();
    return (await this.#firstFrame()) - overAt;
  }

  async leave(): Promise<void> {
    await Promise.all(
      [this.#customer, this.#operator].map((page) => page.evaluate(() => recoveryBench.close())),
    );
  }

  /** Gives the tab its next colour. */
  async #turn(): Promise<void> {
    this.#colour = (this.#colour + 1) % COLOURS.length;
    this.#turnedAt = Date.now();
    await this.#tab.evaluate((colour) => {
      document.body.style.background = `rgb(${colour.join(" ")})`;
    }, this.#current);
  }

  /** When the operator first saw the tab's present colour. */
  async #firstFrame(): Promise<number> {
    return await until(
      "the operator sees the new colour",
      () =>
        this.#operator.evaluate(({ colour, since }) => recoveryBench.firstFrameOf(colour, since), {
          colour: this.#current,
          since: this.#turnedAt,
        }),
      RECOVERY_TIMEOUT_MS,
    );
  }

  get #current(): readonly number[] {
    return COLOURS[this.#colour] ?? COLOURS[0];
  }
}

async function killWorkers(relay: BenchRelay): Promise<number> {
  for (const pid of await childrenOf(relay.pid)) process.kill(pid, "SIGKILL");
  return Date.now();
}

/** With its workers, which end when their parent is gone. */
async function killRelay(relay: BenchRelay): Promise<number> {
  const orphans = await childrenOf(relay.pid);
  process.kill(relay.pid, "SIGKILL");
  for (const pid of orphans) process.kill(pid, "SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
  await relay.restart();
  return Date.now();
}

async function cut(network: SeparateNetwork): Promise<number> {
  network.cut();
  await new Promise((resolve) => setTimeout(resolve, CUT_MS));
  return network.mend();
}
