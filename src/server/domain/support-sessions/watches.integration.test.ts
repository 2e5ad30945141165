import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConsoleSnapshot, CustomerSessionView } from "@/protocol/session-views";
import { answerTrpcRequest } from "@/server/api/handle-request";
import { newId } from "@/server/db/new-id";
import { notify } from "@/server/db/notifications";
import { createWorld, device, refusal, type TestOperator, type World } from "./testing/world";
import { watchConsole } from "./watch-console";
import { watchSnapshots } from "./watch-snapshots";

/** How soon a change that another server made must be seen. */
const SEEN_WITHIN_MS = 500;

describe("watches", () => {
  let world: World;
  let operator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    operator = await world.createOperator(await world.createCompany());
    // Notifications are connected for before anything is measured.
    await firstOf(watchConsole(operator.context, new AbortController().signal));
    await vi.waitFor(() => expect(world.parts.notifications.listening).toBe(true));
  });
  beforeEach(() => world.heartbeat());
  afterAll(() => world.close());

  async function firstOf<T>(views: AsyncIterable<T>): Promise<T> {
    for await (const view of views) return view;
    throw new Error("The watch ended without a view");
  }

  /** Reads on until a view is as wanted. */
  async function until<T>(views: AsyncIterator<T>, wanted: (view: T) => boolean): Promise<T> {
    for (;;) {
      const step = await views.next();
      if (step.done) throw new Error("The watch ended before the view came");
      if (wanted(step.value)) return step.value;
    }
  }

  test("the console sees within 500 ms that a customer redeemed a number on another server", async () => {
    const elsewhere = world.createServer();
    const abort = new AbortController();
    const views = watchConsole(operator.context, abort.signal);
    const issued = await operator.caller.reception.issue({});
    const before = await until(views, ({ receptions }) => receptions.length > 0);
    expect(before.waiting).toEqual([]);
    expect(before.receptions).toEqual([
      { receptionId: issued.receptionId, issuedAt: issued.issuedAt, expiresAt: issued.expiresAt },
    ]);

    const seen = until(views, ({ waiting }) => waiting.length > 0).then((view) => ({
      view,
      seenAt: performance.now(),
    }));
    const { sessionId, caller: customer } = await world.redeem(issued.number, { server: elsewhere });
    const redeemedAt = performance.now();
    const { view, seenAt } = await seen;
    expect(view).toMatchObject({
      receptions: [],
      waiting: [{ sessionId, phase: "waiting", browserName: device.browserName, language: "ja" }],
    });
    expect(seenAt - redeemedAt).toBeLessThan(SEEN_WITHIN_MS);

    await operator.caller.session.accept({ sessionId });
    await until(views, ({ waiting }) => waiting[0]?.phase === "accepted");
    await customer.customer.agree({ device });
    const live = await until(views, (snapshot: ConsoleSnapshot) => snapshot.live.length > 0);
    expect(live.live).toMatchObject([{ sessionId, customerPresent: false, startedAt: world.now() }]);
    const event = {
      type: "peer_joined",
      sessionId,
      role: "customer",
      at: world.now().toISOString(),
    } as const;
    await world.relay.relay.report({ relayId: "relay-1", event });
    await until(views, (snapshot) => snapshot.live[0]?.customerPresent === true);
    world.advance(7_000);
    await customer.customer.stop({});
    const after = await until(views, (snapshot) => snapshot.live.length === 0);
    expect(after.lastDay).toEqual({ sessions: 1, seconds: 7 });
    abort.abort();
    expect(await views.next()).toEqual({ done: true, value: undefined });
  });

  test("another operator's console stays as it was", async () => {
    const colleague = await world.createOperator(operator.companyId);
    await world.waiting(operator);
    const snapshot = await firstOf(watchConsole(colleague.context, new AbortController().signal));
    expect(snapshot).toEqual({ receptions: [], waiting: [], live: [], lastDay: { sessions: 0, seconds: 0 } });
  });

  test("both sides see every phase of their session through the API", async () => {
    const { sessionId, caller: customer } = await world.waiting(operator);
    const customers = (await customer.customer.watch())[Symbol.asyncIterator]();
    const operators = (await operator.caller.session.watch({ sessionId }))[Symbol.asyncIterator]();
    const phase = (wanted: string) => (view: CustomerSessionView | null) => view?.phase === wanted;
    await until(customers, phase("waiting"));
    await operator.caller.session.accept({ sessionId });
    await until(customers, phase("accepted"));
    await customer.customer.agree({ device });
    await until(customers, phase("live"));
    await until(operators, (view) => view.phase === "live");
    await operator.caller.session.end({ sessionId });
    expect(await until(customers, phase("ended"))).toMatchObject({ reason: "ended_by_operator" });
    expect(await until(operators, (view) => view.phase === "ended")).toMatchObject({
      endReason: "ended_by_operator",
    });
    await customers.return?.();
    await operators.return?.();
  });

  test("a watch comes over HTTP as an event stream, first view at once, and ends with the request", async () => {
    const { sessionId, cookie } = await world.waiting(operator);
    const abort = new AbortController();
    const request = new Request(`${world.env.PUBLIC_URL.origin}/api/trpc/customer.watch`, {
      headers: { cookie, accept: "text/event-stream" },
      signal: abort.signal,
    });
    const response = await answerTrpcRequest(request, world.parts);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes(sessionId)) text += (await reader?.read())?.value ?? "";
    expect(text).toContain('"phase":"waiting"');
    await operator.caller.session.accept({ sessionId });
    while (!text.includes('"phase":"accepted"')) text += (await reader?.read())?.value ?? "";
    abort.abort();
    await reader?.cancel();
  });

  test("a number leaves the console the moment it lapses, without anybody saying so", async () => {
    const own = await world.createOperator(operator.companyId);
    const expiresAt = new Date(world.now().getTime() + 60_000);
    // Written past the use case, which would notify.
    await world.db.receptionNumber.create({
      data: {
        id: newId(),
        companyId: own.companyId,
        operatorId: own.id,
        numberHash: new Uint8Array(32),
        issuedAt: world.now(),
        expiresAt,
      },
    });
    // 30 ms are left, on a clock that runs from the first view on.
    let firstViewAt: number | undefined;
    const elapsedMs = () => (firstViewAt === undefined ? 0 : performance.now() - firstViewAt);
    const context = { ...own.context, now: () => new Date(expiresAt.getTime() - 30 + elapsedMs()) };
    const views = watchConsole(context, new AbortController().signal);
    expect((await views.next()).value?.receptions).toHaveLength(1);
    firstViewAt = performance.now();
    await until(views, ({ receptions }) => receptions.length === 0);
    // The refresh that comes in any case comes after 20 s.
    expect(elapsedMs()).toBeLessThan(15_000);
    await views.return();
  });

  test("signing out ends the operator's watch", async () => {
    const leaving = await world.createOperator(operator.companyId);
    const views = (await leaving.caller.console.watch())[Symbol.asyncIterator]();
    await views.next();
    // Listened to from the beginning: the notification can be here before the transaction's own answer.
    const refused = refusal(views.next());
    await world.db.$transaction(async (tx) => {
      await tx.signIn.update({ where: { id: leaving.signInId }, data: { revokedAt: world.now() } });
      await notify(tx, `sign_in:${leaving.signInId}`);
    });
    expect((await refused).code).toBe("UNAUTHENTICATED");
  });

  test("a change while the view is being read leads to another reading", async () => {
    const topic = `session:${operator.id}` as const;
    let reads = 0;
    const views = watchSnapshots({
      notifications: world.parts.notifications,
      topics: [topic],
      signal: new AbortController().signal,
      now: world.now,
      read: async () => {
        reads += 1;
        if (reads === 1) await notify(world.db, topic);
        return reads;
      },
    });
    expect(await until(views, (read) => read === 2)).toBe(2);
    await views.return();
  });

  test("a consumer that goes away while the watch waits is not waited for once it aborts", async () => {
    const abort = new AbortController();
    const views = watchConsole(operator.context, abort.signal);
    await views.next();
    const waiting = views.next();
    const returned = views.return();
    abort.abort();
    expect(await waiting).toMatchObject({ done: true });
    expect(await returned).toMatchObject({ done: true });
  });
});
