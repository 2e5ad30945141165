import { type Browser, chromium } from "@playwright/test";
import { Customer } from "../actors/customer";
import { Operator } from "../actors/operator";
import { findChromium, storyFlags, tabFlags } from "../fixtures/chromium";
import type { Stack } from "../fixtures/stack";
import { SHARED_TAB_TITLE } from "../fixtures/test";
import { unlessQuick } from "./quick";
import type { BenchResult, BenchSample } from "./report";
import { median, percentile } from "./statistics";

const JOINS = unlessQuick(100, 3);
const GOAL_P95_MS = 1_000;

/**
 * How long the operator waits for the picture after the customer's press on *Agree*, in the product itself, when nothing moves
 * on the shared screen: the browser's picker (which a flag answers), the relay's assignment, both joins, and the first frame.
 */
export async function measureFirstFrame(stack: Stack, say: (line: string) => void): Promise<BenchResult> {
  const operatorBrowser = await chromium.launch({ executablePath: findChromium(), args: [...storyFlags] });
  const customerBrowser = await chromium.launch({
    executablePath: findChromium(),
    args: [...storyFlags, ...tabFlags(SHARED_TAB_TITLE)],
  });
  const samples: BenchSample[] = [];
  try {
    const operator = await Operator.open(await operatorBrowser.newContext({ locale: "en-US" }), stack);
    await operator.page.addInitScript(noteFirstFrame);
    await operator.signIn();
    for (let join = 0; join < JOINS; join += 1) {
      try {
        const ms = await oneJoin(stack, operator, customerBrowser);
        samples.push({ series: "first frame", round: join, ms });
        say(`  join ${join + 1}/${JOINS}: ${ms.toFixed(0)} ms`);
      } catch (error) {
        // One that brings no picture is a result too; the row says how many there were.
        say(`  join ${join + 1}/${JOINS}: no picture, ${error instanceof Error ? error.message : error}`);
      }
    }
  } finally {
    await customerBrowser.close();
    await operatorBrowser.close();
  }
  const all = samples.map(({ ms }) => ms);
  const p95 = percentile(all, 0.95);
  return {
    id: "first-frame",
    title: "Agree to the operator's first frame of a static screen",
    rows: [
      {
        name: "*Agree* → first frame of a static screen at the operator",
        measured: `p95 ${p95.toFixed(0)} ms (median ${median(all).toFixed(0)})`,
        compared: `goal ${GOAL_P95_MS} ms`,
        ratio: p95 / GOAL_P95_MS,
        goal: `${JOINS} of ${JOINS}, p95 ≤ ${GOAL_P95_MS} ms`,
        met: all.length === JOINS && p95 <= GOAL_P95_MS,
        samples: `${all.length} joins of ${JOINS}`,
      },
    ],
    samples,
  };
}

async function oneJoin(stack: Stack, operator: Operator, customerBrowser: Browser): Promise<number> {
  await operator.page.goto(`${stack.url}/console`);
  const context = await customerBrowser.newContext({ locale: "en-US" });
  try {
    const shared = await context.newPage();
    await shared.setContent(
      `<title>${SHARED_TAB_TITLE}</title><body style="background:#eee"><h1>Nothing moves here</h1>`,
    );
    const customer = new Customer(await context.newPage(), stack);
    await customer.enter(await operator.issueReceptionNumber());
    await operator.accept();
    await customer.agreeButton.waitFor();
    await customer.agreeButton.evaluate((button) => {
      button.addEventListener(
        "click",
        () => {
          document.documentElement.dataset.agreedAt = String(performance.timeOrigin + performance.now());
        },
        { capture: true },
      );
    });
    await customer.agree();
    await operator.page.waitForFunction(() => document.documentElement.dataset.firstFrameAt !== undefined);
    const agreedAt = Number(await customer.page.evaluate(() => document.documentElement.dataset.agreedAt));
    const firstFrameAt = Number(
      await operator.page.evaluate(() => document.documentElement.dataset.firstFrameAt),
    );
    await customer.stop();
    return firstFrameAt - agreedAt;
  } finally {
    await context.close();
  }
}

/**
 * Runs in the operator's page before anything else: notes when a video first presents a frame. It holds no named functions,
 * for the compiler would wrap those with a helper that the page does not have.
 */
function noteFirstFrame(): void {
  new MutationObserver(() => {
    for (const video of document.querySelectorAll("video")) {
      if (video.dataset.watched !== undefined) continue;
      video.dataset.watched = "";
      video.requestVideoFrameCallback(() => {
        document.documentElement.dataset.firstFrameAt ??= String(performance.timeOrigin + performance.now());
      });
    }
  }).observe(document, { childList: true, subtree: true });
}
