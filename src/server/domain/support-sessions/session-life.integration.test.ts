import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { ACCEPT_WITHIN_MS, ANSWER_WITHIN_MS } from "./deadlines";
import { endSessionsOfOperator } from "./end-sessions-of-operator";
import {
  type Caller,
  createWorld,
  device,
  refusal,
  type TestOperator,
  unknownId,
  type World,
} from "./testing/world";

describe("the life of a support session", () => {
  let world: World;
  let operator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    operator = await world.createOperator(await world.createCompany());
  });
  beforeEach(() => world.heartbeat());
  afterAll(() => world.close());

  async function auditOf(sessionId: string): Promise<string[]> {
    const events = await world.db.auditEvent.findMany({
      where: { subject: `session:${sessionId}` },
      orderBy: { id: "asc" },
    });
    return events.map(({ actor, action }) => `${actor.split(":")[0]} ${action}`);
  }

  test("from the number to the end, each side sees each phase", async () => {
    const { sessionId, caller: customer } = await world.waiting(operator);
    await operator.caller.session.accept({ sessionId });
    expect(await customer.customer.current()).toEqual({
      phase: "accepted",
      sessionId,
      operatorName: "An operator",
      companyName: "A company",
      logoUrl: null,
      consentText: "",
      answerBy: new Date(world.now().getTime() + ANSWER_WITHIN_MS),
    });
    const narrow = { ...device, screenWidth: 1280 };
    const assignment = await customer.customer.agree({ device: narrow });
    expect(assignment).toMatchObject({ sessionId, signallingUrl: "wss://relay.example:443/signalling" });
    expect(await customer.customer.current()).toMatchObject({
      phase: "live",
      startedAt: world.now(),
      permissions: CONSENTED_PERMISSIONS,
    });
    await operator.caller.session.join({ sessionId });
    world.advance(5_500);
    await operator.caller.session.end({ sessionId });
    expect(await customer.customer.current()).toEqual({
      phase: "ended",
      sessionId,
      operatorName: "An operator",
      companyName: "A company",
      reason: "ended_by_operator",
      durationSeconds: 5,
    });
    expect(await auditOf(sessionId)).toEqual([
      "operator session.accepted",
      "customer session.agreed",
      "operator session.ended",
    ]);
    const row = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    expect(row.device).toEqual(narrow);
  });

  test("a session that ended before anybody accepted names nobody", async () => {
    const { sessionId, caller: customer } = await world.waiting(operator);
    await operator.caller.session.decline({ sessionId });
    expect(await customer.customer.current()).toEqual({
      phase: "ended",
      sessionId,
      operatorName: null,
      companyName: null,
      reason: "declined_by_operator",
      durationSeconds: null,
    });
  });

  test.each([
    ["cancel", "waiting", "cancelled_by_customer"],
    ["decline", "accepted", "declined_by_customer"],
    ["stop", "live", "stopped_by_customer"],
  ] as const)("the customer's %s ends a session that is %s: %s", async (act, phase, reason) => {
    const { sessionId, caller: customer } = await world[phase](operator);
    await customer.customer[act]({});
    expect(await customer.customer.current()).toMatchObject({ phase: "ended", sessionId, reason });
    expect((await refusal(customer.customer[act]({}))).code).toBe("SESSION_ENDED");
    expect((await auditOf(sessionId)).at(-1)).toBe("customer session.ended");
  });

  /** What each act is answered in each phase: null means that it is right there. */
  const acts: Record<string, (operator: Caller, customer: Caller, sessionId: string) => Promise<unknown>> = {
    accept: (o, _c, sessionId) => o.session.accept({ sessionId }),
    "decline (operator)": (o, _c, sessionId) => o.session.decline({ sessionId }),
    join: (o, _c, sessionId) => o.session.join({ sessionId }),
    end: (o, _c, sessionId) => o.session.end({ sessionId }),
    cancel: (_o, c) => c.customer.cancel({}),
    "decline (customer)": (_o, c) => c.customer.decline({}),
    agree: (_o, c) => c.customer.agree({ device }),
    rejoin: (_o, c) => c.customer.rejoin({}),
    stop: (_o, c) => c.customer.stop({}),
  };

  test.each([
    ["waiting", ["join", "end", "decline (customer)", "agree", "rejoin", "stop"]],
    ["accepted", ["accept", "decline (operator)", "join", "cancel", "rejoin", "stop"]],
    ["live", ["accept", "decline (operator)", "cancel", "decline (customer)"]],
  ] as const)("in phase %s these are out of order: %j", async (phase, outOfOrder) => {
    const { sessionId, caller: customer } = await world[phase](operator);
    for (const name of outOfOrder) {
      const refused = await refusal(acts[name]?.(operator.caller, customer, sessionId) ?? Promise.resolve());
      expect(`${name}: ${refused.code}`).toBe(`${name}: SESSION_WRONG_PHASE`);
    }
    const row = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    expect(row.phase).toBe(phase);
  });

  test("after the end every act is answered with the end", async () => {
    const { sessionId, caller: customer } = await world.live(operator);
    await operator.caller.session.end({ sessionId });
    for (const [name, act] of Object.entries(acts)) {
      const refused = await refusal(act(operator.caller, customer, sessionId));
      expect(`${name}: ${refused.code}`).toBe(`${name}: SESSION_ENDED`);
    }
  });

  test("of two accepts at the same instant one counts", async () => {
    const { sessionId } = await world.waiting(operator);
    const outcomes = await Promise.allSettled([
      operator.caller.session.accept({ sessionId }),
      operator.caller.session.accept({ sessionId }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await auditOf(sessionId)).toEqual(["operator session.accepted"]);
  });

  test("agreeing twice, at the same instant or later, joins the one session that went live", async () => {
    const { sessionId, caller: customer } = await world.accepted(operator);
    const [one, other] = await Promise.all([
      customer.customer.agree({ device }),
      customer.customer.agree({ device }),
    ]);
    const startedAt = world.now();
    world.advance(1_000);
    const later = await customer.customer.agree({ device });
    expect(new Set([one.relayId, other.relayId, later.relayId]).size).toBe(1);
    expect(new Set([one.token, other.token, later.token]).size).toBe(3);
    expect(await customer.customer.current()).toMatchObject({ phase: "live", startedAt });
    expect(await auditOf(sessionId)).toEqual(["operator session.accepted", "customer session.agreed"]);
  });

  test("both sides end at the same instant: one end, one reason", async () => {
    const { sessionId, caller: customer } = await world.live(operator);
    const outcomes = await Promise.allSettled([
      operator.caller.session.end({ sessionId }),
      customer.customer.stop({}),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const row = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    const byOperator = outcomes[0].status === "fulfilled";
    expect(row.endReason).toBe(byOperator ? "ended_by_operator" : "stopped_by_customer");
    expect((await auditOf(sessionId)).filter((event) => event.endsWith("session.ended"))).toHaveLength(1);
  });

  test("past its deadline a session can be neither accepted nor agreed to, even before the job has come by", async () => {
    const late = await world.waiting(operator);
    world.advance(ACCEPT_WITHIN_MS);
    await world.heartbeat();
    expect((await refusal(operator.caller.session.accept({ sessionId: late.sessionId }))).code).toBe(
      "SESSION_ENDED",
    );
    const slow = await world.accepted(operator);
    world.advance(ANSWER_WITHIN_MS);
    await world.heartbeat();
    expect((await refusal(slow.caller.customer.agree({ device }))).code).toBe("SESSION_ENDED");
  });

  test("without a relay the session stays accepted, and goes live once there is one", async () => {
    const { caller: customer } = await world.accepted(operator);
    await world.heartbeat({ state: "draining" });
    expect((await refusal(customer.customer.agree({ device }))).code).toBe("NO_RELAY");
    expect(await customer.customer.current()).toMatchObject({ phase: "accepted" });
    await world.heartbeat();
    await expect(customer.customer.agree({ device })).resolves.toHaveProperty("token");
  });

  test("every procedure that takes an id answers NOT_FOUND for another operator's and another company's", async () => {
    const colleague = await world.createOperator(operator.companyId, "administrator");
    const stranger = await world.createOperator(await world.createCompany(), "administrator");
    const waiting = await world.waiting(operator);
    const live = await world.live(operator);
    const { receptionId } = await operator.caller.reception.issue({});
    for (const { caller } of [colleague, stranger]) {
      const calls = [waiting, live].flatMap(({ sessionId }) => [
        caller.session.accept({ sessionId }),
        caller.session.decline({ sessionId }),
        caller.session.join({ sessionId }),
        caller.session.end({ sessionId }),
        caller.session.watch({ sessionId }).then((views) => views[Symbol.asyncIterator]().next()),
      ]);
      const refused = await Promise.all([...calls, caller.reception.cancel({ receptionId })].map(refusal));
      expect(refused.map(({ code }) => code)).toEqual(refused.map(() => "NOT_FOUND"));
    }
    expect((await refusal(operator.caller.session.join({ sessionId: unknownId() }))).code).toBe("NOT_FOUND");
    const phases = await world.db.supportSession.findMany({
      where: { id: { in: [waiting.sessionId, live.sessionId] } },
      orderBy: { id: "asc" },
      select: { phase: true },
    });
    expect(phases.map(({ phase }) => phase)).toEqual(["waiting", "live"]);
  });

  test("a browser without a ticket, or with a made-up one, has no session", async () => {
    const cookies = ["", `madoguchi_ticket=${"A".repeat(43)}`, "madoguchi_ticket=short"];
    for (const cookie of cookies) {
      const { caller } = world.call({ cookie });
      expect(await caller.customer.current()).toBeNull();
      expect((await refusal(caller.customer.agree({ device }))).code).toBe("NOT_FOUND");
      const views: unknown[] = [];
      for await (const view of await caller.customer.watch()) views.push(view);
      expect(views).toEqual([null]);
    }
  });

  test("whoever is not signed in as an operator gets nowhere", async () => {
    const { caller } = world.call({});
    const sessionId = unknownId();
    const calls = [
      caller.reception.issue({}),
      caller.reception.cancel({ receptionId: sessionId }),
      caller.session.accept({ sessionId }),
      caller.session.join({ sessionId }),
      caller.session.end({ sessionId }),
      caller.console.watch(),
      caller.log.list({}),
      caller.relay.heartbeat({
        relayId: "evil",
        region: "default",
        version: "1",
        protocolVersion: 1,
        publicUrl: "wss://evil.example",
        commandUrl: "https://evil.example",
        state: "ready",
        workers: 1,
        load: 0,
        sessions: [],
      }),
    ];
    const refused = await Promise.all(calls.map((call) => refusal(call)));
    expect(refused.map(({ code }) => code)).toEqual(calls.map(() => "UNAUTHENTICATED"));
  });

  test("an operator who is stopped loses every open session, and no other operator does", async () => {
    const stopped = await world.createOperator(operator.companyId);
    const mine = [await world.waiting(stopped), await world.accepted(stopped), await world.live(stopped)];
    const other = await world.live(operator);
    expect(await endSessionsOfOperator(world.system, stopped.id, "revoked")).toBe(3);
    for (const { caller } of mine) {
      expect(await caller.customer.current()).toMatchObject({ phase: "ended", reason: "revoked" });
    }
    expect(await other.caller.customer.current()).toMatchObject({ phase: "live" });
    expect(await endSessionsOfOperator(world.system, stopped.id, "revoked")).toBe(0);
  });
});
