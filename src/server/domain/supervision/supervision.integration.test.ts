import { createServer, type Server } from "node:http";
import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { joinClaimsSchema } from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import type { LiveBoard } from "@/protocol/supervision";
import { endLostSessions } from "@/server/domain/support-sessions/end-lost-sessions";
import { endSessionsOfOperator } from "@/server/domain/support-sessions/end-sessions-of-operator";
import {
  createWorld,
  device,
  refusal,
  type TestOperator,
  unknownId,
  type World,
} from "@/server/domain/support-sessions/testing/world";
import { dismissUnlawfulObservers } from "./dismiss-observers";
import { watchLive } from "./watch-live";

const MINUTE_MS = 60_000;

let world: World;
let operator: TestOperator;
let supervisor: TestOperator;
let relay: Server;
let commands: { method: string; path: string }[] = [];
let commandUrl: string;

beforeAll(async () => {
  world = await createWorld();
  const companyId = await world.createCompany();
  operator = await world.createOperator(companyId);
  supervisor = await world.createOperator(companyId, "supervisor");
  relay = createServer((request, response) => {
    commands.push({ method: request.method ?? "", path: request.url ?? "" });
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const address = relay.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  commandUrl = `http://127.0.0.1:${address.port}`;
});
beforeEach(async () => {
  commands = [];
  await world.heartbeat({ commandUrl });
});
afterEach(async () => {
  await world.db.supportSession.deleteMany();
  await world.db.signIn.updateMany({ data: { revokedAt: null } });
  await world.db.operator.updateMany({ where: { id: supervisor.id }, data: { role: "supervisor" } });
});
afterAll(async () => {
  relay.closeAllConnections();
  await new Promise((resolve) => relay.close(resolve));
  await world.close();
});

const at = () => world.now().toISOString();
const watching = (sessionId: string, who = supervisor) => ({
  sessionId,
  observerId: who.id,
  signInId: who.signInId,
  at: at(),
});
const joined = (sessionId: string, who = supervisor, relayId = "relay-1") =>
  world.relay.relay.report({ relayId, event: { type: "observer_joined", ...watching(sessionId, who) } });
const left = (sessionId: string, who = supervisor) =>
  world.relay.relay.report({
    relayId: "relay-1",
    event: { type: "observer_left", ...watching(sessionId, who) },
  });
const rows = (sessionId: string) =>
  world.db.sessionObserver.findMany({ where: { sessionId }, orderBy: { joinedAt: "asc" } });
const audited = async (sessionId: string, action: string) =>
  world.db.auditEvent.findMany({ where: { subject: `session:${sessionId}`, action } });
const beat = (sessionId: string, observers: { observerId: string; signInId: string }[]) =>
  world.heartbeat({
    commandUrl,
    sessions: [{ sessionId, present: ["operator", "customer"], observers, bytesForwarded: 0 }],
  });

/** The board of a watch, as it was sent last. */
async function openBoard(who: TestOperator) {
  const stop = new AbortController();
  const boards: LiveBoard[] = [];
  const done = (async () => {
    for await (const board of watchLive(who.context, stop.signal)) boards.push(board);
  })();
  return {
    until: (fits: (board: LiveBoard) => boolean) =>
      expect.poll(() => boards.some(fits), { timeout: 5_000, interval: 20 }).toBe(true),
    last: () => boards.at(-1),
    close: async () => {
      stop.abort();
      await done;
    },
  };
}

describe("a supervisor's list of open sessions", () => {
  test("follows the company's sessions, and tells of no other company's", async () => {
    const elsewhere = await world.createOperator(await world.createCompany());
    await world.waiting(elsewhere);
    const board = await openBoard(supervisor);
    await board.until(({ sessions }) => sessions.length === 0);
    const customer = await world.waiting(operator);
    const phase = (wanted: string) => (one: LiveBoard) =>
      one.sessions.length === 1 && one.sessions[0]?.phase === wanted;
    await board.until(phase("waiting"));
    await operator.caller.session.accept({ sessionId: customer.sessionId });
    await board.until(phase("accepted"));
    await customer.caller.customer.agree({ device });
    await board.until(phase("live"));
    expect(board.last()?.sessions[0]).toMatchObject({
      sessionId: customer.sessionId,
      operatorName: "An operator",
      isOwn: false,
      osName: "Windows",
      quality: null,
      observers: [],
    });
    await joined(customer.sessionId);
    await board.until(({ sessions }) => sessions[0]?.observers[0]?.observerId === supervisor.id);
    const event = { type: "peer_joined", sessionId: customer.sessionId, role: "customer", at: at() } as const;
    await world.relay.relay.report({ relayId: "relay-1", event });
    await board.until(({ sessions }) => sessions[0]?.customerPresent === true);
    await operator.caller.session.end({ sessionId: customer.sessionId });
    await board.until(({ sessions }) => sessions.length === 0);
    await board.close();
  });

  test("shows the newest measurement, as long as it is fresh", async () => {
    const { sessionId } = await world.live(operator);
    const measured = (id: string, rttMs: number) => ({ id, sessionId, rttMs, lossRatio: 0, at: world.now() });
    await world.db.sessionQuality.create({ data: measured(unknownId(), 20) });
    world.advance(10_000);
    await world.db.sessionQuality.create({ data: measured(unknownId(), 40) });
    const fresh = await openBoard(supervisor);
    await fresh.until(({ sessions }) => sessions[0]?.quality?.rttMs === 40);
    await fresh.close();
    world.advance(31_000);
    const stale = await openBoard(supervisor);
    await stale.until(({ sessions }) => sessions[0]?.quality === null);
    await stale.close();
  });
});

describe("who may supervise", () => {
  test("operators may not", async () => {
    const { sessionId } = await world.live(operator);
    for (const call of [
      operator.caller.supervision.watchLive(),
      operator.caller.supervision.watch({ sessionId }),
      operator.caller.supervision.observe({ sessionId }),
      operator.caller.supervision.end({ sessionId }),
    ]) {
      expect((await refusal(Promise.resolve(call))).code).toBe("FORBIDDEN");
    }
  });

  test("another company's session does not exist, exactly as one that never was", async () => {
    const { sessionId } = await world.live(operator);
    const stranger = await world.createOperator(await world.createCompany(), "administrator");
    for (const id of [sessionId, unknownId()]) {
      const { supervision } = stranger.caller;
      expect((await refusal(supervision.observe({ sessionId: id }))).code).toBe("NOT_FOUND");
      expect((await refusal(supervision.end({ sessionId: id }))).code).toBe("NOT_FOUND");
      const watched = await supervision.watch({ sessionId: id });
      const first = watched[Symbol.asyncIterator]().next();
      expect((await refusal(first)).code).toBe("NOT_FOUND");
    }
    expect((await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } })).phase).toBe(
      "live",
    );
  });
});

describe("watching a session", () => {
  test("takes a token for an observer and nothing else, and only while it is live", async () => {
    const customer = await world.accepted(operator);
    const { sessionId } = customer;
    const { supervision } = supervisor.caller;
    expect((await refusal(supervision.observe({ sessionId }))).code).toBe("SESSION_WRONG_PHASE");
    await customer.caller.customer.agree({ device });
    const { token, relayId, signallingUrl } = await supervision.observe({ sessionId });
    expect({ relayId, signallingUrl }).toEqual({
      relayId: "relay-1",
      signallingUrl: "wss://relay.example:443/signalling",
    });
    expect(joinClaimsSchema.parse(decodeJwt(token))).toMatchObject({
      sub: sessionId,
      role: "observer",
      observer: { observerId: supervisor.id, name: "An operator" },
      signInId: supervisor.signInId,
      permissions: CONSENTED_PERMISSIONS,
    });
    expect(await rows(sessionId)).toEqual([]);
    await operator.caller.session.end({ sessionId });
    expect((await refusal(supervision.observe({ sessionId }))).code).toBe("SESSION_ENDED");
  });

  test("moves no session to another relay", async () => {
    const { sessionId } = await world.live(operator);
    world.advance(MINUTE_MS);
    await world.heartbeat({ relayId: "relay-2" });
    expect((await refusal(supervisor.caller.supervision.observe({ sessionId }))).code).toBe("NO_RELAY");
    const { relayId } = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    expect(relayId).toBe("relay-1");
    await world.db.relay.deleteMany({ where: { id: "relay-2" } });
  });

  test("is stored and audited once, however often the relay tells it", async () => {
    const { sessionId } = await world.live(operator);
    await joined(sessionId);
    await joined(sessionId);
    expect(await rows(sessionId)).toMatchObject([
      { operatorId: supervisor.id, signInId: supervisor.signInId, leftAt: null },
    ]);
    expect(await audited(sessionId, "supervision.observed")).toMatchObject([
      { actor: `operator:${supervisor.id}`, companyId: supervisor.companyId },
    ]);
    await left(sessionId);
    await left(sessionId);
    const [row] = await rows(sessionId);
    expect(row?.leftAt).toEqual(world.now());
    await joined(sessionId);
    expect(await rows(sessionId)).toHaveLength(2);
  });

  test("is stored neither for a stranger nor for a session that is elsewhere or over", async () => {
    const { sessionId } = await world.live(operator);
    const stranger = await world.createOperator(await world.createCompany(), "supervisor");
    await joined(sessionId, stranger);
    await joined(sessionId, supervisor, "relay-other");
    await joined(unknownId());
    await operator.caller.session.end({ sessionId });
    await joined(sessionId);
    expect(await rows(sessionId)).toEqual([]);
  });

  test("is over with the session", async () => {
    const { sessionId } = await world.live(operator);
    await joined(sessionId);
    await operator.caller.session.end({ sessionId });
    expect(await rows(sessionId)).toMatchObject([{ leftAt: world.now() }]);
  });

  test("that the relay has forgotten to end is ended by its heartbeat", async () => {
    const { sessionId } = await world.live(operator);
    await joined(sessionId);
    await beat(sessionId, []);
    expect(await rows(sessionId)).toMatchObject([{ leftAt: null }]);
    world.advance(10_001);
    await beat(sessionId, [{ observerId: supervisor.id, signInId: supervisor.signInId }]);
    expect(await rows(sessionId)).toMatchObject([{ leftAt: null }]);
    await beat(sessionId, []);
    expect(await rows(sessionId)).toMatchObject([{ leftAt: world.now() }]);
  });

  test("does not keep a session alive in which nobody else is", async () => {
    const { sessionId } = await world.live(operator);
    const { lastPresentAt } = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    const watchedSince = world.now();
    await joined(sessionId);
    world.advance(3 * MINUTE_MS);
    const observers = [{ observerId: supervisor.id, signInId: supervisor.signInId }];
    await world.heartbeat({
      commandUrl,
      sessions: [{ sessionId, present: [], observers, bytesForwarded: 9 }],
    });
    const row = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    expect(row).toMatchObject({ phase: "live", lastPresentAt, operatorPresent: false });
    expect(await endLostSessions(world.system, { watchedSince })).toBe(1);
  });
});

describe("a supervisor who may not watch any more", () => {
  const observerPath = (sessionId: string) => `/sessions/${sessionId}/observers/${supervisor.id}`;

  test.each([
    ["is disabled", { disabledAt: new Date() }, {}],
    ["is made an operator", { role: "operator" as const }, {}],
    ["is signed out", {}, { revokedAt: new Date() }],
    ["is signed in no longer", {}, { expiresAt: new Date(0) }],
  ])("%s: sent away by the job, and by the heartbeat's answer", async (_name, account, signIn) => {
    const { sessionId } = await world.live(operator);
    await joined(sessionId);
    const observers = [{ observerId: supervisor.id, signInId: supervisor.signInId }];
    expect((await beat(sessionId, observers)).dismiss).toEqual([]);
    expect(await dismissUnlawfulObservers(world.system)).toBe(0);
    const before = await world.db.signIn.findUniqueOrThrow({ where: { id: supervisor.signInId } });
    await world.db.operator.update({ where: { id: supervisor.id }, data: account });
    await world.db.signIn.update({ where: { id: supervisor.signInId }, data: signIn });
    expect((await beat(sessionId, observers)).dismiss).toEqual([{ sessionId, observerId: supervisor.id }]);
    expect(await dismissUnlawfulObservers(world.system)).toBe(1);
    expect(commands).toEqual([{ method: "DELETE", path: observerPath(sessionId) }]);
    expect(await rows(sessionId)).toMatchObject([{ leftAt: world.now() }]);
    expect((await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } })).phase).toBe(
      "live",
    );
    await world.db.operator.update({ where: { id: supervisor.id }, data: { disabledAt: null } });
    await world.db.signIn.update({ where: { id: before.id }, data: { expiresAt: before.expiresAt } });
  });

  test("is sent away at once when the account's sessions are ended", async () => {
    const { sessionId } = await world.live(operator);
    await joined(sessionId);
    await endSessionsOfOperator(world.system, supervisor.id, "revoked");
    expect(commands).toEqual([{ method: "DELETE", path: observerPath(sessionId) }]);
  });

  test("another's sign-in opens nothing", async () => {
    const { sessionId } = await world.live(operator);
    const observers = [{ observerId: supervisor.id, signInId: operator.signInId }];
    expect((await beat(sessionId, observers)).dismiss).toEqual([{ sessionId, observerId: supervisor.id }]);
  });
});

describe("ending as a supervisor", () => {
  test("tells both sides and the relay, and is audited", async () => {
    const customer = await world.live(operator);
    const { sessionId } = customer;
    await supervisor.caller.supervision.end({ sessionId });
    expect(await customer.caller.customer.current()).toMatchObject({
      phase: "ended",
      reason: "ended_by_supervisor",
    });
    expect(commands).toEqual([{ method: "DELETE", path: `/sessions/${sessionId}` }]);
    const actor = `operator:${supervisor.id}`;
    expect(await audited(sessionId, "session.ended")).toMatchObject([
      { actor, detail: { reason: "ended_by_supervisor" } },
    ]);
    expect(await audited(sessionId, "supervision.ended")).toMatchObject([
      { actor, detail: { before: { phase: "live" }, operator: `operator:${operator.id}` } },
    ]);
    expect((await refusal(supervisor.caller.supervision.end({ sessionId }))).code).toBe("SESSION_ENDED");
    expect(await audited(sessionId, "supervision.ended")).toHaveLength(1);
  });

  test("ends a customer's waiting too", async () => {
    const { sessionId, caller } = await world.waiting(operator);
    await supervisor.caller.supervision.end({ sessionId });
    // Nobody has accepted: who was behind the number stays untold.
    expect(await caller.customer.current()).toMatchObject({
      reason: "ended_by_supervisor",
      companyName: null,
    });
  });
});
