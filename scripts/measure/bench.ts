// `npm run bench`: all benchmarks, or `npm run bench -- latency` one of them.
import { readyToMeasure } from "./ready-to-measure";

export async function main(args: string[]): Promise<void> {
  const worker = await readyToMeasure();
  // Only now: what it imports needs the generated client and the browser's path.
  const { runBenches } = await import("../../e2e/bench/run");
  await runBenches(args, worker);
  process.exit(0);
}
