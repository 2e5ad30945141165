import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "@playwright/test";
import type { Operator } from "../../actors/operator";
import type { TellingProcess } from "./telling-process";

/** The next move comes when what the one before has set off is over: the picture of the moved pointer on its way back. */
const PAUSE_MS = 90;
const PAUSE_VARIES_MS = 30;
/** Beside the customer's window, on the bare desktop; fractions of the picture. */
const AREA = { left: 0.76, top: 0.1, width: 0.2, height: 0.4 } as const;
/** Far enough from one another to be a move on every screen. */
const STEPS = 7;

export type Way = "tool" | "bare";

/** Where the operator's hand goes: on with each move, and never to where it last moved the pointer of that way, which would be no move. */
export class HandPath {
  #step = 0;
  readonly #stands = new Map<Way, number>();

  /** @returns fractions of the picture */
  next(way: Way): { x: number; y: number } {
    do this.#step = (this.#step + 1) % STEPS;
    while (this.#step === this.#stands.get(way));
    this.#stands.set(way, this.#step);
    const share = (along: number) => ((this.#step * along) % STEPS) / STEPS;
    return { x: AREA.left + AREA.width * share(3), y: AREA.top + AREA.height * share(2) };
  }
}

/** The operator's hand, and those who tell where its moves arrive. */
export interface MovedParts {
  readonly operator: Operator;
  readonly path: HandPath;
  readonly watches: Readonly<Record<Way, TellingProcess>>;
  /** The console's time origin by CLOCK_MONOTONIC. */
  readonly originMs: number;
}

/** @returns how long each of so many moves took to its end, in ms */
export async function measureMoves(
  { operator, path, watches, originMs }: MovedParts,
  way: Way,
  count: number,
): Promise<number[]> {
  const { page } = operator;
  const picture = await operator.picture();
  const arrivedAtMs: number[] = [];
  await page.evaluate((by) => moveBench.begin(by), way);
  for (let move = 0; move < count; move += 1) {
    const { x, y } = path.next(way);
    const arrived = watches[way].next("move");
    await page.mouse.move(picture.left + x * picture.width, picture.top + y * picture.height);
    arrivedAtMs.push((await arrived).atMs);
    await pause(PAUSE_MS + PAUSE_VARIES_MS * Math.random());
  }
  const movedAt = await page.evaluate(() => moveBench.end());
  if (movedAt.length !== count) throw new Error(`The page saw ${movedAt.length} moves of ${count}.`);
  return arrivedAtMs.map((at, index) => at - originMs - (movedAt[index] ?? Number.NaN));
}

/**
 * When a page's clock began, by the clock that all processes of the machine have in common. The browser counts by CLOCK_MONOTONIC and says
 * where the page began.
 *
 * @throws Error when the two clocks turn out to be different ones
 */
export async function timeOriginMs(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const { metrics } = await devtools.send("Performance.getMetrics");
  await devtools.detach();
  const startSeconds = metrics.find(({ name }) => name === "NavigationStart")?.value;
  if (startSeconds === undefined) throw new Error("The browser does not tell when the page began.");
  const originMs = startSeconds * 1_000;
  const beforeMs = monotonicMs();
  const nowMs = originMs + (await page.evaluate(() => moveBench.now()));
  const afterMs = monotonicMs();
  if (nowMs < beforeMs || nowMs > afterMs) {
    throw new Error(`The page's clock says ${nowMs} ms, which is not between ${beforeMs} and ${afterMs}.`);
  }
  return originMs;
}

export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
