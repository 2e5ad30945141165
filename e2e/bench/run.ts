import { chromium } from "@playwright/test";
import { findChromium } from "../fixtures/chromium";
import { startStack } from "../fixtures/stack";
import { measureFirstFrame } from "./first-frame";
import { measureLatency } from "./latency";
import { type BenchResult, RESULTS_DIR, writeReport } from "./report";

/**
 * `npm run bench [-- latency first-frame]`: measures, tables and draws.
 *
 * The relay and the product are those that `npm run build` made; `MEDIASOUP_WORKER_BIN` is set by the script that starts this.
 */
export async function runBenches(names: readonly string[], workerBin: string): Promise<void> {
  const wanted = (name: string) => names.length === 0 || names.includes(name);
  const say = (line: string) => console.log(line);
  const results: BenchResult[] = [];
  if (wanted("latency")) {
    say("latency: the relay's path and the direct one in turns");
    results.push(await measureLatency(workerBin, say));
  }
  if (wanted("first-frame")) {
    say("first-frame: joins with a static screen");
    const { stack, stop } = await startStack();
    try {
      results.push(await measureFirstFrame(stack, say));
    } finally {
      await stop();
    }
  }
  if (results.length === 0) {
    throw new Error(`No such bench: ${names.join(", ")}. There are: latency, first-frame.`);
  }
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  await writeReport(results, browser.version());
  await browser.close();
  for (const { rows } of results) {
    for (const row of rows) {
      say(
        `${row.met ? "✓" : "✗"} ${row.name}: ${row.measured}; ${row.compared}; ratio ${row.ratio.toFixed(2)}, goal ${row.goal}`,
      );
    }
  }
  say(`Written to ${RESULTS_DIR}/README.md`);
}
