import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RELAY_STALE_AFTER_MS } from "@/protocol/relay-api";
import { newId } from "@/server/db/new-id";
import { expireReceptionNumbers } from "@/server/domain/receptions/expire-reception-numbers";
import { clearOldTickets } from "@/server/domain/support-sessions/clear-old-tickets";
import {
  ACCEPT_WITHIN_MS,
  ANSWER_WITHIN_MS,
  CONNECTION_LOST_AFTER_MS,
  TICKET_READABLE_AFTER_END_MS,
} from "@/server/domain/support-sessions/deadlines";
import { endLostSessions } from "@/server/domain/support-sessions/end-lost-sessions";
import { endOverdueSessions } from "@/server/domain/support-sessions/end-overdue-sessions";
import { createWorld, type TestOperator, type World } from "@/server/domain/support-sessions/testing/world";
import { jobs } from "./job-list";
import { pruneSignInAttempts } from "./prune-sign-in-attempts";
import { runExclusively } from "./run-exclusively";

const DAY_MS = 24 * 3_600_000;

describe("jobs", () => {
  let world: World;
  let operator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    operator = await world.createOperator(await world.createCompany());
  });
  beforeEach(async () => {
    await world.db.supportSession.deleteMany();
    await world.db.relay.deleteMany();
    await world.heartbeat();
  });
  afterAll(() => world.close());

  const sessionRow = (id: string) => world.db.supportSession.findUniqueOrThrow({ where: { id } });
  /** The server has worked without a gap for as long as it matters. */
  const longWatched = () => ({ watchedSince: new Date(world.now().getTime() - DAY_MS) });

  test("numbers expire at their time and not before, each with its line in the audit log", async () => {
    const { receptionId } = await operator.caller.reception.issue({});
    const used = await operator.caller.reception.issue({});
    await world.redeem(used.number);
    world.advance(600_000 - 1);
    expect(await expireReceptionNumbers(world.system)).toBe(0);
    world.advance(1);
    expect(await expireReceptionNumbers(world.system)).toBe(1);
    expect(await expireReceptionNumbers(world.system)).toBe(0);
    const states = await world.db.receptionNumber.findMany({
      where: { id: { in: [receptionId, used.receptionId] } },
      orderBy: { id: "asc" },
      select: { state: true },
    });
    expect(states.map(({ state }) => state)).toEqual(["expired", "used"]);
    const lines = await world.db.auditEvent.count({
      where: { action: "reception.expired", subject: `reception:${receptionId}`, actor: "system" },
    });
    expect(lines).toBe(1);
  });

  test("nobody accepted, nobody agreed: not_answered, at the deadline of the phase", async () => {
    const waiting = await world.waiting(operator);
    world.advance(ACCEPT_WITHIN_MS - ANSWER_WITHIN_MS);
    const accepted = await world.accepted(operator);
    world.advance(ANSWER_WITHIN_MS - 1);
    expect(await endOverdueSessions(world.system)).toBe(0);
    world.advance(1);
    await world.heartbeat();
    const live = await world.live(operator);
    expect(await endOverdueSessions(world.system)).toBe(2);
    for (const { sessionId, caller } of [waiting, accepted]) {
      expect(await sessionRow(sessionId)).toMatchObject({ phase: "ended", endReason: "not_answered" });
      expect(await caller.customer.current()).toMatchObject({ phase: "ended", reason: "not_answered" });
    }
    expect((await sessionRow(live.sessionId)).phase).toBe("live");
  });

  test("two minutes after the last peer a live session is lost, and not while somebody is there", async () => {
    const lost = await world.live(operator);
    const kept = await world.live(operator);
    world.advance(CONNECTION_LOST_AFTER_MS - 1);
    await world.heartbeat({
      sessions: [{ sessionId: kept.sessionId, present: ["operator"], bytesForwarded: 0 }],
    });
    expect(await endLostSessions(world.system, longWatched())).toBe(0);
    world.advance(1);
    expect(await endLostSessions(world.system, longWatched())).toBe(1);
    expect((await sessionRow(lost.sessionId)).endReason).toBe("connection_lost");
    expect((await sessionRow(kept.sessionId)).phase).toBe("live");
  });

  test("the reason is relay_lost when the relay is gone and no other could have taken over", async () => {
    const first = await world.live(operator);
    world.advance(Math.max(CONNECTION_LOST_AFTER_MS, RELAY_STALE_AFTER_MS));
    await endLostSessions(world.system, longWatched());
    expect((await sessionRow(first.sessionId)).endReason).toBe("relay_lost");

    await world.heartbeat();
    const second = await world.live(operator);
    world.advance(CONNECTION_LOST_AFTER_MS);
    await world.heartbeat({ relayId: "relay-2" });
    await endLostSessions(world.system, longWatched());
    expect((await sessionRow(second.sessionId)).endReason).toBe("connection_lost");
  });

  test("a server that has just started does not take its own silence for the peers'", async () => {
    const { sessionId } = await world.live(operator);
    world.advance(10 * CONNECTION_LOST_AFTER_MS);
    const watchedSince = world.now();
    expect(await endLostSessions(world.system, { watchedSince })).toBe(0);
    world.advance(CONNECTION_LOST_AFTER_MS - 1);
    expect(await endLostSessions(world.system, { watchedSince })).toBe(0);
    expect((await sessionRow(sessionId)).phase).toBe("live");
    world.advance(1);
    expect(await endLostSessions(world.system, { watchedSince })).toBe(1);
  });

  test("a ticket opens the ended session for an hour, then nothing", async () => {
    const { sessionId, caller } = await world.waiting(operator);
    await operator.caller.session.decline({ sessionId });
    const open = await world.waiting(operator);
    world.advance(TICKET_READABLE_AFTER_END_MS - 1);
    expect(await clearOldTickets(world.system)).toBe(0);
    expect(await caller.customer.current()).toMatchObject({ phase: "ended" });
    world.advance(1);
    expect(await clearOldTickets(world.system)).toBe(1);
    expect(await caller.customer.current()).toBeNull();
    expect(await open.caller.customer.current()).toMatchObject({ phase: "waiting" });
  });

  test("tries to sign in are kept for 90 days", async () => {
    const attempt = (daysAgo: number) => ({
      id: newId(),
      accountKey: new Uint8Array(32),
      clientAddress: "127.0.0.1",
      succeeded: false,
      at: new Date(world.now().getTime() - daysAgo * DAY_MS),
    });
    const [young, old] = [attempt(89), attempt(91)];
    await world.db.signInAttempt.createMany({ data: [young, old] });
    expect(await pruneSignInAttempts(world.system)).toBe(1);
    const left = await world.db.signInAttempt.findMany({ select: { id: true } });
    expect(left).toEqual([{ id: young.id }]);
  });

  test("of two servers one runs a job at a time; another job and a later run are not held up", async () => {
    const other = { ...world.system, ...world.createServer() };
    let release: () => void = () => undefined;
    const held = new Promise<string>((resolve) => {
      release = () => resolve("first");
    });
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    const first = runExclusively(world.system, "a-job", () => {
      started();
      return held;
    });
    await running;
    expect(await runExclusively(other, "a-job", async () => "second")).toBeNull();
    expect(await runExclusively(other, "another-job", async () => "other")).toBe("other");
    release();
    expect(await first).toBe("first");
    expect(await runExclusively(other, "a-job", async () => "later")).toBe("later");
  });

  test("every job on the list runs against a real database", async () => {
    for (const job of jobs) expect(await job.run(world.system, longWatched())).toBeGreaterThanOrEqual(0);
    expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
  });
});
