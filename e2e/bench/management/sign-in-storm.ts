import pg from "pg";
import { z } from "zod";
import { productDatabaseUrl } from "../../fixtures/product-database";
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
  await hireShift(stack);
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

/** The accounts of the shift, with the password that the demo's accounts have. */
async function hireShift(stack: Stack): Promise<void> {
  const client = new pg.Client({ connectionString: await productDatabaseUrl(stack) });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO operator (id, company_id, code, name, role, password_hash, password_changed_at)
       SELECT gen_random_uuid(), company_id, 'shift' || at, 'Shift ' || at, 'operator', password_hash, now()
       FROM operator, generate_series(1, $1::int) at WHERE code = 'operator2'`,
      [SIGN_INS_AT_ONCE],
    );
  } finally {
    await client.end();
  }
}

function startStorm(stack: Stack): { stop: () => Promise<number> } {
  let going = true;
  let done = 0;
  const one = async (account: number) => {
    while (going) {
      // A browser of its own each time, and an address of its own: nothing is reused that a real one would not.
      await new ApiClient(stack.url).signIn({
        companyCode: "demo",
        operatorCode: `shift${account}`,
        password: stack.password,
      });
      done += 1;
    }
  };
  const all = Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, (_, at) => one(at + 1)));
  return {
    stop: async () => {
      going = false;
      await all;
      return done;
    },
  };
}
