import type { BrowserContext } from "@playwright/test";
import pg from "pg";
import type { Customer } from "../actors/customer";
import { goLive } from "../actors/go-live";
import type { Operator } from "../actors/operator";
import { createTeam } from "../fixtures/create-team";
import { serverOf } from "../fixtures/failover-proxy";
import { productDatabaseUrl } from "../fixtures/product-database";
import { type RedundantStack, startRedundantStack } from "../fixtures/redundant-stack";
import { START_TIMEOUT_MS, type Stack, startStack } from "../fixtures/stack";
import { test as base, expect } from "../fixtures/test";

/** Heartbeats show a dead relay only after this long; whoever waits for them has lost. */
const STALE_AFTER_MS = 15_000;

/** The stories' stack is two management servers behind a proxy, and two relays. */
const test = base.extend<object, { pair: RedundantStack }>({
  pair: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const { stack, stop } = await startStack();
      const pair = await startRedundantStack(stack);
      await use(pair);
      await pair.stop();
      await stop();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
  stack: [
    async ({ pair }, use) => {
      await use(pair.stack);
    },
    { scope: "worker" },
  ],
});

interface SessionFacts {
  readonly id: string;
  readonly phase: string;
  readonly relay: string;
  readonly reason: string | null;
  readonly note: string;
  readonly seconds: number;
}

/** The company's one session, as the database has it. */
async function sessionOf(stack: Stack, companyCode: string): Promise<SessionFacts> {
  const { rows } = await query<SessionFacts>(
    stack,
    `SELECT session.id, phase, relay_id AS relay, end_reason AS reason, note, duration_seconds AS seconds
     FROM support_session session JOIN company ON company.id = session.company_id WHERE company.code = $1`,
    [companyCode],
  );
  const [session] = rows;
  if (!session || rows.length > 1) throw new Error(`${rows.length} sessions instead of one`);
  return session;
}

async function query<T extends object>(stack: Stack, sql: string, values: unknown[]) {
  const client = new pg.Client({ connectionString: await productDatabaseUrl(stack) });
  await client.connect();
  try {
    return await client.query<T>(sql, values);
  } finally {
    await client.end();
  }
}

/** Which management server a browser is with. */
async function serverOfBrowser(context: BrowserContext): Promise<string> {
  const cookies = await context.cookies();
  const name = serverOf(cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join("; "));
  if (name === null) throw new Error("This browser is with no server");
  return name;
}

function processOf<T>(processes: ReadonlyMap<string, T>, name: string): T {
  const found = processes.get(name);
  if (found === undefined) throw new Error(`No ${name} among ${[...processes.keys()].join(", ")}`);
  return found;
}

let said = 0;

/** Both hear each other, and the picture moves. */
async function expectGoesOn(
  operator: Operator,
  customer: Customer,
  paint: (blue: boolean) => Promise<void>,
): Promise<void> {
  said += 1;
  const blue = said % 2 === 1;
  await paint(blue);
  await expect
    .poll(async () => (await operator.colorAt(0.5, 0.5))[blue ? 2 : 0], { timeout: 30_000 })
    .toBeGreaterThan(150);
  await operator.say(`From the operator, ${said}`);
  await expect(customer.page.getByText(`From the operator, ${said}`)).toBeVisible();
  await customer.say(`From the customer, ${said}`);
  await expect(operator.page.getByText(`From the customer, ${said}`)).toBeVisible();
}

test("a session outlives each server and each relay in turn, and its log is right", async ({
  openOperator,
  openTabCustomer,
  pair,
  stack,
}) => {
  test.setTimeout(300_000);
  const team = await createTeam(stack, { region: pair.region });
  const operator = await openOperator();
  const { customer, sharedTab } = await openTabCustomer();
  const paint = async (blue: boolean) =>
    await sharedTab.evaluate(
      (color) => {
        document.body.style.background = color;
      },
      blue ? "rgb(20, 60, 200)" : "rgb(200, 30, 30)",
    );
  await operator.signIn(team.operator.code, team);
  await goLive(operator, customer);
  const operators = await serverOfBrowser(operator.page.context());
  const customers = await serverOfBrowser(customer.page.context());
  expect(operators).not.toBe(customers);
  await expectGoesOn(operator, customer, paint);
  const note = operator.page.getByRole("textbox", { name: "Note" });
  const reconnecting = /reconnecting/i;

  await test.step("the operator's management server is killed", async () => {
    await processOf(pair.servers, operators).kill();
    await expectGoesOn(operator, customer, paint);
    // What needs a server is served by the other one.
    await operator.page.getByRole("tab", { name: "Notes" }).click();
    await note.fill("Written while one server was dead");
    await expect(operator.page.getByText("Saved", { exact: true })).toBeVisible();
    await operator.page.getByRole("tab", { name: "Chat" }).click();
    await operator.page.reload();
    await operator.expectRemoteScreenPlaying();
    expect(await serverOfBrowser(operator.page.context())).toBe(customers);
    await processOf(pair.servers, operators).start();
    await expect.poll(() => pair.proxy.healthy).toHaveLength(2);
  });

  await test.step("the customer's, which by now is both sides', is killed", async () => {
    await processOf(pair.servers, customers).kill();
    await expectGoesOn(operator, customer, paint);
    await processOf(pair.servers, customers).start();
    await expect.poll(() => pair.proxy.healthy).toHaveLength(2);
  });

  const { relay: first } = await sessionOf(stack, team.companyCode);
  expect([...pair.relays.keys()]).toContain(first);
  await test.step("the relay is killed: both sides say so, and go on over the other one long before its silence is noticed", async () => {
    const killedAt = Date.now();
    await processOf(pair.relays, first).kill();
    await expect(customer.page.getByText(reconnecting).first()).toBeVisible();
    await expect
      .poll(async () => (await sessionOf(stack, team.companyCode)).relay, { timeout: STALE_AFTER_MS })
      .not.toBe(first);
    await expect(customer.page.getByText(reconnecting)).toHaveCount(0, { timeout: STALE_AFTER_MS });
    await expect(operator.page.getByText(reconnecting)).toHaveCount(0, { timeout: STALE_AFTER_MS });
    await operator.expectRemoteScreenPlaying();
    expect(Date.now() - killedAt).toBeLessThan(STALE_AFTER_MS);
    await expectGoesOn(operator, customer, paint);
  });

  await test.step("the other relay is told to stop: it moves the session back and exits 0", async () => {
    const { relay: second } = await sessionOf(stack, team.companyCode);
    await processOf(pair.relays, first).start();
    const exited = processOf(pair.relays, second).stop(60_000);
    await expect
      .poll(async () => (await sessionOf(stack, team.companyCode)).relay, { timeout: 30_000 })
      .toBe(first);
    expect(await exited).toBe(0);
    await expect(operator.page.getByText(reconnecting)).toHaveCount(0);
    await operator.expectRemoteScreenPlaying();
    await expectGoesOn(operator, customer, paint);
  });

  await operator.endSession();
  await expect(operator.page.getByText("Ended by the operator")).toBeVisible();
  await expect(customer.page.getByText(/ended by the operator/i).first()).toBeVisible();
  await expect
    .poll(async () => await sessionOf(stack, team.companyCode))
    .toMatchObject({
      phase: "ended",
      reason: "ended_by_operator",
      note: "Written while one server was dead",
    });
  const session = await sessionOf(stack, team.companyCode);
  expect(session.seconds).toBeGreaterThan(0);
  const { rows } = await query<{ action: string }>(
    stack,
    "SELECT action FROM audit_event WHERE subject = $1 AND action LIKE 'session.%' ORDER BY id",
    [`session:${session.id}`],
  );
  expect(rows.map(({ action }) => action)).toEqual([
    "session.accepted",
    "session.agreed",
    "session.relay_assigned",
    "session.relay_assigned",
    "session.ended",
  ]);
  await operator.page.goto(`${stack.url}/console/log`);
  const row = operator.page.getByRole("region", { name: "Session log" }).locator("tbody tr");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("Ended by the operator");
});
