import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createTestDatabase } from "@/server/testing/database";
import { createDatabase, type Database } from "./client";
import { NotificationHub, notify, type Topic } from "./notifications";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.url, { poolSize: 2 });
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** One management server's hub. */
function createHub(): NotificationHub {
  const hub = new NotificationHub(database.url, { warn: () => undefined });
  open.push(hub);
  return hub;
}

/** Counts what a subscriber is told; `settled` waits until it is told nothing more. */
async function listen(hub: NotificationHub, ...topics: Topic[]) {
  const controller = new AbortController();
  const told = { times: 0, ended: false };
  const reading = (async () => {
    for await (const _ of hub.subscribe(topics, controller.signal)) told.times += 1;
    told.ended = true;
  })();
  open.push({
    close: async () => {
      controller.abort();
      await reading;
    },
  });
  // At once for the subscription, and again when the connection listens.
  await vi.waitFor(() => expect(hub.listening && told.times > 0).toBe(true), WAIT);
  // Whatever was under way has arrived when a notification sent afterwards has.
  const settled = async () => {
    for (let before = -1; before !== told.times; ) {
      before = told.times;
      await sleep(50);
    }
  };
  await settled();
  return { told, settled, abort: () => controller.abort(), reading };
}

const WAIT = { timeout: 10_000, interval: 10 };

test("a change is told on every server, and to its topic alone", async () => {
  const [here, there] = [createHub(), createHub()];
  const a = await listen(here, "session:a");
  const elsewhere = await listen(there, "session:a", "operator:x");
  const other = await listen(there, "session:b");
  const [before, beforeElsewhere, beforeOther] = [a.told.times, elsewhere.told.times, other.told.times];
  await db.$transaction((tx) => notify(tx, "session:a"));
  await vi.waitFor(() => expect(a.told.times).toBe(before + 1), WAIT);
  await vi.waitFor(() => expect(elsewhere.told.times).toBe(beforeElsewhere + 1), WAIT);
  await other.settled();
  expect(other.told.times).toBe(beforeOther);
});

test("a change that is rolled back is told to nobody", async () => {
  const a = await listen(createHub(), "session:a");
  const before = a.told.times;
  await db
    .$transaction(async (tx) => {
      await notify(tx, "session:a");
      throw new Error("rolled back");
    })
    .catch(() => undefined);
  await a.settled();
  expect(a.told.times).toBe(before);
});

test("a burst is told few times, and its last change is never lost", async () => {
  const hub = createHub();
  const controller = new AbortController();
  let seen = 0;
  let value = 0;
  let reads = 0;
  const reading = (async () => {
    for await (const _ of hub.subscribe(["session:a"], controller.signal)) {
      reads += 1;
      await sleep(20);
      seen = value;
    }
  })();
  await vi.waitFor(() => expect(hub.listening).toBe(true), WAIT);
  for (value = 1; value < 200; value += 1) await db.$transaction((tx) => notify(tx, "session:a"));
  await vi.waitFor(() => expect(seen).toBe(200), WAIT);
  expect(reads).toBeLessThan(200);
  controller.abort();
  await reading;
});

test("after the connection is killed everybody reads again, and later changes arrive", async () => {
  const hub = createHub();
  const a = await listen(hub, "session:a");
  const before = a.told.times;
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'madoguchi notifications' AND datname = current_database()",
  );
  await admin.end();
  await vi.waitFor(() => expect(a.told.times).toBeGreaterThan(before), WAIT);
  expect(hub.listening).toBe(true);
  await a.settled();
  const after = a.told.times;
  await db.$transaction((tx) => notify(tx, "session:a"));
  await vi.waitFor(() => expect(a.told.times).toBe(after + 1), WAIT);
});

test("what is no payload of ours makes everybody read again instead of breaking anything", async () => {
  const a = await listen(createHub(), "session:a");
  for (const payload of ["", "nonsense", "{}", '{"topics":[1]}']) {
    const before = a.told.times;
    await db.$executeRaw`SELECT pg_notify('madoguchi', ${payload})`;
    await vi.waitFor(() => expect(a.told.times).toBeGreaterThan(before), WAIT);
    await a.settled();
  }
});

test("more topics than one notification holds all arrive", async () => {
  const hub = createHub();
  const last = await listen(hub, "session:249");
  const before = last.told.times;
  await db.$transaction((tx) =>
    notify(tx, ...Array.from({ length: 250 }, (_, at) => `session:${at}` as const)),
  );
  await vi.waitFor(() => expect(last.told.times).toBe(before + 1), WAIT);
});

test("a subscription ends with its signal, and with the hub; closing twice is closing once", async () => {
  const hub = createHub();
  const a = await listen(hub, "session:a");
  const b = await listen(hub, "session:a");
  a.abort();
  await a.reading;
  expect(a.told.ended).toBe(true);
  expect(b.told.ended).toBe(false);
  await hub.close();
  await hub.close();
  await b.reading;
  expect(b.told.ended).toBe(true);
});
