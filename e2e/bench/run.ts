import { chromium } from "@playwright/test";
import { findChromium } from "../fixtures/chromium";
import { type Stack, startStack } from "../fixtures/stack";
import { measureControlUnderBulk } from "./bulk/control-under-bulk";
import { measureClientTool } from "./client-tool/client-tool";
import { measureFileTransfer } from "./files/file-transfer";
import { measureFirstFrame } from "./first-frame";
import { measureLatency } from "./latency";
import { measureApiThroughput } from "./management/api-throughput";
import { measureSessionList } from "./management/session-list";
import { measureSignInStorm } from "./management/sign-in-storm";
import { measureJoinPaths } from "./network/join-paths";
import { measureLossAndDelay } from "./network/loss-and-delay";
import { measureLatencyAgainstNoVnc, measureLatencyAgainstNoVncOnLine } from "./novnc/latency-against-novnc";
import { measurePicture, measurePictureModes } from "./picture/picture";
import { measureMemory } from "./relay/memory";
import { measureRecovery } from "./relay/recovery";
import { measureSessionsPerCore } from "./relay/sessions-per-core";
import { type BenchResult, RESULTS_DIR, writeReport } from "./report";

/** What can be measured, in the order of measuring. Each that needs the product starts one of its own. */
const benches: readonly {
  readonly name: string;
  /** Null when what is compared with is not on this machine; it says so. */
  readonly measure: (workerBin: string, say: (line: string) => void) => Promise<BenchResult | null>;
}[] = [
  { name: "latency", measure: measureLatency },
  { name: "latency-novnc", measure: measureLatencyAgainstNoVnc },
  { name: "latency-novnc-line", measure: measureLatencyAgainstNoVncOnLine },
  { name: "picture", measure: (_worker, say) => measurePicture(say) },
  { name: "picture-modes", measure: (_worker, say) => measurePictureModes(say) },
  { name: "control-under-bulk", measure: measureControlUnderBulk },
  { name: "file-transfer", measure: measureFileTransfer },
  { name: "client-tool", measure: (_worker, say) => withStack((stack) => measureClientTool(stack, say)) },
  { name: "first-frame", measure: (_worker, say) => withStack((stack) => measureFirstFrame(stack, say)) },
  { name: "recovery", measure: measureRecovery },
  { name: "join-paths", measure: measureJoinPaths },
  { name: "loss-and-delay", measure: measureLossAndDelay },
  { name: "memory", measure: measureMemory },
  { name: "sessions-per-core", measure: measureSessionsPerCore },
  { name: "sign-in-storm", measure: (_worker, say) => withStack((stack) => measureSignInStorm(stack, say)) },
  {
    name: "api-throughput",
    measure: (_worker, say) => withStack((stack) => measureApiThroughput(stack, say)),
  },
  { name: "session-list", measure: (_worker, say) => withStack((stack) => measureSessionList(stack, say)) },
];

/**
 * `npm run bench [-- latency first-frame …]`: measures, tables and draws.
 *
 * The relay and the product are those that `npm run build` made; `MEDIASOUP_WORKER_BIN` is set by the script that starts this.
 *
 * @throws Error for a name that is none
 */
export async function runBenches(names: readonly string[], workerBin: string): Promise<void> {
  const known = benches.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`No such bench: ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  }
  const say = (line: string) => console.log(line);
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  const chromiumVersion = browser.version();
  await browser.close();
  for (const { name, measure } of benches) {
    if (names.length > 0 && !names.includes(name)) continue;
    say(`${name}:`);
    const result = await measure(workerBin, say);
    if (!result) continue;
    // Bench by bench, so that what was measured stays when a later one fails.
    await writeReport(result, chromiumVersion);
    for (const row of result.rows) {
      say(
        `${row.met ? "✓" : "✗"} ${row.name}: ${row.measured}; ${row.compared}; ratio ${row.ratio.toFixed(2)}, goal ${row.goal}`,
      );
    }
  }
  say(`Written to ${RESULTS_DIR}/README.md`);
}

async function withStack(measure: (stack: Stack) => Promise<BenchResult>): Promise<BenchResult> {
  const { stack, stop } = await startStack();
  try {
    return await measure(stack);
  } finally {
    await stop();
  }
}
