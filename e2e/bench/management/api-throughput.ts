import { type ChildProcess, fork } from "node:child_process";
import { Agent, request } from "node:http";
import { z } from "zod";
import { productDatabaseUrl } from "../../fixtures/product-database";
import type { Stack } from "../../fixtures/stack";
import type { BenchResult, BenchSample } from "../report";
import { median } from "../statistics";
import { ApiClient } from "./api-client";

const ROUNDS = 6;
const PHASE_MS = 3_000;
const CONNECTIONS = 16;
const GOAL_RATIO = 0.25;
const listeningSchema = z.object({ port: z.int() });

/**
 * Requests a second of a signed-in tRPC query (which reads the sign-in, the account, its company and policy from PostgreSQL) against
 * Node's bare HTTP server, in turns. Each connection is a browser of its own with a sign-in of its own, as requests that arrive together
 * share the statement that reads their sign-ins: one sign-in for all would be one row for all.
 */
export async function measureApiThroughput(stack: Stack, say: (line: string) => void): Promise<BenchResult> {
  const browsers: Record<string, string>[] = [];
  while (browsers.length < CONNECTIONS) {
    const client = new ApiClient(stack.url);
    await client.signIn({ companyCode: "demo", operatorCode: "operator", password: stack.password });
    browsers.push(client.headers);
  }
  const bare = await startBare();
  const reading = await startBare(await productDatabaseUrl(stack));
  const targets = [
    { series: "tRPC + PostgreSQL", url: `${stack.url}/api/trpc/viewer.me` },
    { series: "bare Node", url: bare.url },
    { series: "bare Node + PostgreSQL", url: reading.url },
  ];
  const samples: BenchSample[] = [];
  const rates = new Map<string, number[]>();
  try {
    for (const { url } of targets) await requestsPerSecond(url, browsers, 1_000);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { series, url } of targets) {
        const rate = await requestsPerSecond(url, browsers, PHASE_MS);
        rates.set(series, [...(rates.get(series) ?? []), rate]);
        samples.push({ series, round, ms: (1_000 * CONNECTIONS) / rate });
        say(`  round ${round + 1}/${ROUNDS}: ${series} ${rate.toFixed(0)} requests/s`);
      }
    }
  } finally {
    bare.process.kill();
    reading.process.kill();
  }
  const rate = (series: string) => median(rates.get(series) ?? []);
  const api = rate("tRPC + PostgreSQL");
  const rowAgainst = (series: string) => ({
    name: "`viewer.me`, signed in, over HTTP",
    measured: `${api.toFixed(0)} requests/s`,
    compared: `${series}: ${rate(series).toFixed(0)} requests/s`,
    ratio: api / rate(series),
    goal: `≥ ${GOAL_RATIO} ×`,
    met: api / rate(series) >= GOAL_RATIO,
    samples: `${ROUNDS} × ${PHASE_MS / 1_000} s, ${CONNECTIONS} connections`,
  });
  return {
    id: "api-throughput",
    title: `Time of a request with ${CONNECTIONS} connections`,
    rows: [rowAgainst("bare Node"), rowAgainst("bare Node + PostgreSQL")],
    samples,
  };
}

async function startBare(databaseUrl?: string): Promise<{ url: string; process: ChildProcess }> {
  const child = fork("e2e/bench/management/bare-server.mjs", databaseUrl === undefined ? [] : [databaseUrl]);
  const message = await new Promise<unknown>((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`The bare server stopped with exit code ${code}.`)));
  });
  return { url: `http://127.0.0.1:${listeningSchema.parse(message).port}/`, process: child };
}

/** As many requests as one connection for each browser gets answered in the time, each sending the next when it has its answer. */
async function requestsPerSecond(
  url: string,
  browsers: readonly Record<string, string>[],
  forMs: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: browsers.length });
  const until = performance.now() + forMs;
  let answered = 0;
  const loop = async (headers: Record<string, string>) => {
    while (performance.now() < until) {
      await oneRequest(url, headers, agent);
      answered += 1;
    }
  };
  const startedAt = performance.now();
  await Promise.all(browsers.map(loop));
  const seconds = (performance.now() - startedAt) / 1_000;
  agent.destroy();
  return answered / seconds;
}

function oneRequest(url: string, headers: Record<string, string>, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}.`));
      response.resume();
      response.once("end", resolve);
      response.once("error", reject);
    });
    sent.once("error", reject);
    sent.end();
  });
}
