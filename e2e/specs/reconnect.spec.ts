import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { sumMetric } from "../../src/lib/sum-metric";
import type { Customer } from "../actors/customer";
import { FrameTimes } from "../actors/frame-times";
import type { Operator } from "../actors/operator";
import { SeparateNetwork, whyNoSeparateNetwork } from "../fixtures/separate-network";
import type { Stack } from "../fixtures/stack";
import { expect, test } from "../fixtures/test";

/** "Reconnecting" is on both sides within this time of a loss. */
const NOTICED_WITHIN_MS = 3_000;
/** What the machine's other work may add to that, as seen from outside the browser. */
const LOOKING_MS = 1_000;
/**
 * A recovery may take as long as three fresh joins, which is the goal, where the same machine's own join is what one takes: a slow
 * machine is slow in both. A network has to be found again before that, which depends on TCP's clock and not on the machine.
 */
const JOINS_PER_RECOVERY = 3;
const FOUND_WITHIN_MS = 2_000;
/** Never less, as a join was measured only once, and a shared machine may be slower a minute later. */
const BACK_WITHIN_AT_LEAST_MS = 6_000;
/** After this time a connection knows how often something comes over it. */
const STEADY_AFTER_MS = 4_000;
/** A frame that has left the sender is on the other side's display within this time. */
const UNDER_WAY_MS = 500;

interface Parts {
  operator: Operator;
  customer: Customer;
  stack: Stack;
  frames: FrameTimes;
  /** From the customer's agreement to the operator's first frame. */
  freshJoinMs: number;
}

const reconnecting = /reconnecting/i;

async function expectBothReconnecting({ operator, customer }: Parts, since: string): Promise<void> {
  const options = { timeout: NOTICED_WITHIN_MS + LOOKING_MS };
  await Promise.all([
    expect(customer.page.getByText(reconnecting).first(), `${since}: the customer`).toBeVisible(options),
    expect(operator.page.getByText(reconnecting).first(), `${since}: the operator`).toBeVisible(options),
  ]);
}

async function expectBothLive({ operator, customer }: Parts): Promise<void> {
  for (const { page } of [operator, customer]) {
    await expect(page.getByText(reconnecting)).toHaveCount(0, { timeout: 20_000 });
  }
  await operator.say("Are you back?");
  await expect(customer.page.getByText("Are you back?").last()).toBeVisible();
}

/** @returns when the operator saw the first frame after a moment, in milliseconds since 1970 */
async function firstFrame(frames: FrameTimes, sinceMs: number, what: string): Promise<number> {
  let first: number | null = null;
  await expect
    .poll(
      async () => {
        first = await frames.firstAfter(sinceMs);
        return first;
      },
      { timeout: 30_000, intervals: [100], message: what },
    )
    .not.toBeNull();
  return first ?? Number.NaN;
}

/** The operator sees a frame soon enough after the cause's end. */
async function expectRecovery(parts: Parts, causeEndedAtMs: number, what: string): Promise<void> {
  const { frames, freshJoinMs } = parts;
  const tookMs = Math.round((await firstFrame(frames, causeEndedAtMs, what)) - causeEndedAtMs);
  const limitMs = Math.max(BACK_WITHIN_AT_LEAST_MS, FOUND_WITHIN_MS + JOINS_PER_RECOVERY * freshJoinMs);
  const result = `${what}: ${tookMs} ms from the cause's end to the next frame; a fresh join took ${freshJoinMs} ms`;
  console.log(result);
  test.info().annotations.push({ type: "recovery", description: result });
  expect(tookMs, what).toBeLessThan(limitMs);
}

async function metric({ relayUrl }: Stack, name: string): Promise<number> {
  const text = await (await fetch(`${relayUrl}/metrics`)).text();
  return sumMetric(text, `madoguchi_relay_${name}`);
}

async function expectNothingLeft(stack: Stack): Promise<void> {
  for (const name of ["sessions", "peers", "connections", "transports", "producers", "consumers"]) {
    await expect.poll(() => metric(stack, name), { message: name, timeout: 20_000 }).toBe(0);
  }
}

/** A picture that is never the same for long, so that each moment has its frame; a small one, which costs little. */
async function keepMoving(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 200 });
  await page.evaluate(() => {
    let count = 0;
    setInterval(() => {
      count += 1;
      document.body.style.background = `rgb(${count % 200}, 90, ${200 - (count % 200)})`;
    }, 50);
  });
}

async function openSession(operator: Operator, customer: Customer, stack: Stack): Promise<Parts> {
  await operator.signIn();
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await expect(customer.agreeButton).toBeVisible();
  const agreedAtMs = Date.now();
  await customer.agree();
  const frames = await FrameTimes.watch(operator.screen);
  const freshJoinMs = Math.round((await firstFrame(frames, agreedAtMs, "the first frame")) - agreedAtMs);
  return { operator, customer, stack, frames, freshJoinMs };
}

test("a cut network, a changed address, UDP cut off: the same session goes on", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  test.setTimeout(240_000);
  const whyNot = await whyNoSeparateNetwork();
  test.skip(whyNot !== null, whyNot ?? "");
  const network = await SeparateNetwork.open();
  try {
    const operator = await openOperator();
    const { customer, sharedTab } = await openTabCustomer({ executablePath: network.chromiumPath });
    await keepMoving(sharedTab);
    const parts = await openSession(operator, customer, stack);

    await test.step("cut for 2 s: nothing is built anew", async () => {
      const joins = await metric(stack, "joins_total");
      network.cut();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await expectRecovery(parts, network.mend(), "2 s cut");
      await expectBothLive(parts);
      expect(await metric(stack, "joins_total")).toBe(joins);
    });

    for (const seconds of [10, 40]) {
      await test.step(`cut for ${seconds} s: both sides say so and why, and go on`, async () => {
        const untilMs = Date.now() + seconds * 1_000;
        network.cut();
        await expectBothReconnecting(parts, `${seconds} s cut`);
        await expect(customer.page.getByText("Your network is interrupted.")).toBeVisible();
        await expect(operator.page.getByText("The customer's connection is interrupted")).toBeVisible();
        await expect(operator.page.getByText(/ends in \d:\d\d/)).toBeVisible();
        await new Promise((resolve) => setTimeout(resolve, untilMs - Date.now()));
        await expectRecovery(parts, network.mend(), `${seconds} s cut`);
        await expectBothLive(parts);
      });
    }

    await test.step("the customer's address changes", async () => {
      const changedAtMs = network.changeAddress();
      // What was under way from the old address may still be shown.
      await expectRecovery(parts, changedAtMs + UNDER_WAY_MS, "changed address");
      await expectBothLive(parts);
    });

    await test.step("UDP alone is cut off: both sides say so, and it goes on over TCP without a new connection", async () => {
      // What has come steadily is missed soon.
      await firstFrame(parts.frames, Date.now() + STEADY_AFTER_MS, "the picture moves for a while");
      const joins = await metric(stack, "joins_total");
      const cutAtMs = Date.now();
      network.cut(["-p", "udp"]);
      await expectBothReconnecting(parts, "no UDP");
      await expectRecovery(parts, cutAtMs + UNDER_WAY_MS, "no UDP");
      await expectBothLive(parts);
      expect(await metric(stack, "joins_total")).toBe(joins);
      network.mend();
    });

    await test.step("a customer who comes back after the end learns why, and nothing is left on the relay", async () => {
      network.cut();
      await expect(customer.page.getByText(reconnecting).first()).toBeVisible();
      await operator.endSession();
      await expect(operator.page.getByText("You have ended the session.")).toBeVisible();
      network.mend();
      await expect(customer.page.getByText("The session was ended by the operator.")).toBeVisible();
      await expect(customer.stopButton).toHaveCount(0);
      await expectNothingLeft(stack);
    });
  } finally {
    await network.close();
  }
});

test("killed processes come back, and so does the session", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  test.setTimeout(180_000);
  const operator = await openOperator();
  const { customer, sharedTab } = await openTabCustomer();
  await keepMoving(sharedTab);
  const parts = await openSession(operator, customer, stack);

  await test.step("a worker is killed: both sides go on over another", async () => {
    const restarts = await metric(stack, "worker_restarts_total");
    // Whichever carries the session: all of them.
    for (const pid of workersOf(childOf(stack.starterPid, "relay"))) process.kill(pid, "SIGKILL");
    const killedAtMs = Date.now();
    await expect.poll(() => metric(stack, "worker_restarts_total")).toBeGreaterThan(restarts);
    await expectRecovery(parts, killedAtMs, "worker killed");
    await expectBothLive(parts);
  });

  await test.step("a page that stood still in the background goes on over another worker too", async () => {
    const renderers = await renderersOf(customer.page);
    for (const pid of renderers) process.kill(pid, "SIGSTOP");
    try {
      const restarts = await metric(stack, "worker_restarts_total");
      for (const pid of workersOf(childOf(stack.starterPid, "relay"))) process.kill(pid, "SIGKILL");
      await expect.poll(() => metric(stack, "worker_restarts_total")).toBeGreaterThan(restarts);
      await expect(operator.page.getByText("The customer's connection is interrupted")).toBeVisible();
    } finally {
      for (const pid of renderers) process.kill(pid, "SIGCONT");
    }
    await expectRecovery(parts, Date.now(), "page stood still");
    await expectBothLive(parts);
  });

  await test.step("the relay is killed: both sides say so and why, and the same session goes on", async () => {
    process.kill(childOf(stack.starterPid, "relay"), "SIGKILL");
    await expectBothReconnecting(parts, "relay killed");
    await expect(customer.page.getByText("The server that carries your picture has stopped.")).toBeVisible();
    await expect
      .poll(
        () =>
          fetch(`${stack.relayUrl}/healthz`).then(
            ({ ok }) => ok,
            () => false,
          ),
        { intervals: [50] },
      )
      .toBe(true);
    await expectRecovery(parts, Date.now(), "relay killed");
    await expectBothLive(parts);
  });

  await test.step("the management server is killed: picture and chat do not even notice", async () => {
    process.kill(childOf(stack.starterPid, "management-server"), "SIGKILL");
    await operator.say("Still here?");
    await expect(customer.page.getByText("Still here?")).toBeVisible();
    await expect
      .poll(
        async () =>
          await fetch(`${stack.url}/api/health`).then(
            (response) => response.status,
            () => 0,
          ),
        { timeout: 60_000 },
      )
      .toBe(200);
    await operator.page.reload();
    await operator.expectRemoteScreenPlaying();
  });

  await customer.stop();
  await expect(customer.page.getByText("You have stopped sharing your screen.")).toBeVisible();
  await expectNothingLeft(stack);
});

/** The processes that run the pages of a page's browser. */
async function renderersOf(page: Page): Promise<number[]> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  if (!session) throw new Error("The page has no browser of its own.");
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

/** The process that the starter runs for a part of the product. */
function childOf(starterPid: number, part: string): number {
  const line = childrenOf(starterPid).find((candidate) => candidate.includes(`${part}.mjs`));
  if (!line) throw new Error(`No ${part} among the starter's children.`);
  return Number.parseInt(line, 10);
}

function workersOf(relayPid: number): number[] {
  const pids = childrenOf(relayPid)
    .filter((line) => line.includes("mediasoup-worker"))
    .map((line) => Number.parseInt(line, 10));
  if (pids.length === 0) throw new Error("The relay has no workers.");
  return pids;
}

function childrenOf(pid: number): string[] {
  return execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(pid)], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.trim() !== "");
}
