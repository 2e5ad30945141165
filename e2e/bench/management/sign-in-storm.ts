import { z } from "zod";
import type { Stack } from "../../fixtures/stack";
import type { BenchResult, BenchSample } from "../report";
import { median, percentile } from "../statistics";
import { ApiClient } from "./api-client";

const ROUNDS = 6;
const REDEMPTIONS_PER_PHASE = 40;
/** A company's whole morning shift at once: as many sign-ins are under way at every moment of the storm. */
const SIGN_INS_AT_ONCE = 30;
const GOAL_RATIO = 2;

const issuedSchema = z.object({ number: z.string() });
const device = {
  browserName: "Chromium",
  browserVersion: "1",
  osName: "Linux",
  osVersion: "",
  screenWidth: 1280,
  screenHeight: 800,
  devicePixelRatio: 1,
  language: "en",
};

/** How long customers wait for *Connect* while many operators sign in, against a quiet moment of the same run. */
export async function measureSignInStorm(stack: Stack, say: (line: string) => void): Promise<BenchResult> {
  const operator = new ApiClient(stack.url);
  await operator.signIn({ companyCode: "demo", operatorCode: "operator", password: stack.password });
  await redeemSome(stack, operator, 10);

  const samples: BenchSample[] = [];
  let signIns = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const ms of await redeemSome(stack, operator, REDEMPTIONS_PER_PHASE)) {
      samples.push({ series: "quiet", round, ms });
    }
    const storm = startStorm(stack);
    for (const ms of await redeemSome(stack, operator, REDEMPTIONS_PER_PHASE)) {
      samples.push({ series: "storm", round, ms });
    }
    const done = await storm.stop();
    signIns += done;
    say(`  round ${round + 1}/${ROUNDS}: ${done} sign-ins meanwhile`);
  }
  const of = (series: string) => samples.filter((one) => one.series === series).map(({ ms }) => ms);
  const quiet = percentile(of("quiet"), 0.95);
  const storm = percentile(of("storm"), 0.95);
  return {
    id: "sign-in-storm",
    title: "Redeeming a reception number",
    rows: [
      {
        name: `redeeming a number while ${SIGN_INS_AT_ONCE} operators sign in at every moment`,
        measured: `p95 ${storm.toFixed(0)} ms (median ${median(of("storm")).toFixed(0)})`,
        compared: `quiet: p95 ${quiet.toFixed(0)} ms (median ${median(of("quiet")).toFixed(0)})`,
        ratio: storm / quiet,
        goal: `p95 ≤ ${GOAL_RATIO} × quiet`,
        met: storm / quiet <= GOAL_RATIO,
        samples: `${ROUNDS} × ${REDEMPTIONS_PER_PHASE} each, ${signIns} sign-ins`,
      },
    ],
    samples,
  };
}

async function redeemSome(stack: Stack, operator: ApiClient, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const { number } = issuedSchema.parse(await operator.mutate("reception.issue", {}));
    const customer = new ApiClient(stack.url);
    const startedAt = performance.now();
    await customer.mutate("reception.redeem", { number, device });
    times.push(performance.now() - startedAt);
    await customer.mutate("customer.cancel", {});
  }
  return times;
}

function startStorm(stack: Stack): { stop: () => Promise<number> } {
  let going = true;
  let done = 0;
  const one = async () => {
    while (going) {
      // A browser of its own each time, and an address of its own: nothing is reused that a real one would not.
      await new ApiClient(stack.url).signIn({
        companyCode: "demo",
        operatorCode: "operator2",
        password: stack.password,
      });
      done += 1;
    }
  };
  const all = Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, one));
  return {
    stop: async () => {
      going = false;
      await all;
      return done;
    },
  };
}
