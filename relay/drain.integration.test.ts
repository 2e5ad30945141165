import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Permissions } from "@/protocol/permissions";
import type { Heartbeat } from "@/protocol/relay-api";
import type { Role } from "@/protocol/roles";
import { closeCodes } from "@/protocol/signalling";
import type { NativePeer } from "./testing/native-peer";
import { TestRelay, type TestRelayOptions } from "./testing/test-relay";
import { until } from "./testing/until";

const DRAIN = { timeoutMs: 60_000 };
const rejoin = { code: closeCodes.rejoin, reason: "rejoin" };

let relays: TestRelay[] = [];

async function start(options?: TestRelayOptions): Promise<TestRelay> {
  const relay = await TestRelay.start(options);
  relays.push(relay);
  return relay;
}

afterEach(async () => {
  // The first one's management server is everybody's.
  for (const relay of relays.reverse()) await relay.stop();
  relays = [];
});

/** Whether a promise is settled by now. */
function watch(promise: Promise<unknown>): { done: boolean } {
  const state = { done: false };
  const settled = () => {
    state.done = true;
  };
  promise.then(settled, settled);
  return state;
}

const healthOf = async (relay: TestRelay) => {
  const response = await fetch(`${relay.httpUrl}/healthz`);
  const body: unknown = await response.json();
  return { status: response.status, body };
};

/** Two relays and a management server that assigns sessions as the real one does. */
class Installation {
  readonly #relays: readonly TestRelay[];
  readonly #assigned = new Map<string, TestRelay>();
  readonly #states = new Map<string, Heartbeat["state"]>();

  constructor(first: TestRelay, second: TestRelay) {
    this.#relays = [first, second];
    first.management.decide = (heartbeat) => {
      this.#states.set(heartbeat.relayId, heartbeat.state);
      return {
        rejoin: heartbeat.sessions
          .map(({ sessionId }) => sessionId)
          .filter((id) => (this.#assigned.get(id)?.relayId ?? heartbeat.relayId) !== heartbeat.relayId),
        canMove:
          heartbeat.state === "draining" &&
          this.#relays.some(({ relayId }) => relayId !== heartbeat.relayId && this.isReady(relayId)),
      };
    };
  }

  isReady(relayId: string): boolean {
    return this.#states.get(relayId) === "ready";
  }

  /** Where a session is to be joined: where it is, as long as that one is ready or there is no other. */
  relayOf(sessionId: string): TestRelay {
    const current = this.#assigned.get(sessionId);
    const ready = this.#relays.find(({ relayId }) => this.isReady(relayId));
    const relay = current !== undefined && this.isReady(current.relayId) ? current : (ready ?? current);
    if (relay === undefined) throw new Error("no relay");
    this.#assigned.set(sessionId, relay);
    return relay;
  }

  /** The customer's last choice, as it was reported. */
  permissionsOf(sessionId: string): Permissions | undefined {
    const reports = this.#relays[0]?.management.reportsOf(sessionId) ?? [];
    return reports
      .flatMap((event) => (event.type === "permissions_changed" ? [event.permissions] : []))
      .at(-1);
  }
}

/** A side as a browser keeps it: sent off, it asks where to join, and joins there. */
class Side {
  received: readonly string[] = [];
  peer: NativePeer;
  moves = 0;
  #say: ((text: string) => void) | undefined;

  private constructor(
    readonly sessionId: string,
    readonly role: Role,
    readonly installation: Installation,
    peer: NativePeer,
  ) {
    this.peer = peer;
  }

  static async join(installation: Installation, sessionId: string, role: Role): Promise<Side> {
    const peer = await installation.relayOf(sessionId).join(sessionId, role);
    const side = new Side(sessionId, role, installation, peer);
    await side.#openChat();
    return side;
  }

  /** Follows where the relay sends it, once. */
  async follow(): Promise<void> {
    expect(await this.peer.client.closedBy()).toEqual(rejoin);
    const permissions = this.installation.permissionsOf(this.sessionId);
    this.peer = await this.installation.relayOf(this.sessionId).join(this.sessionId, this.role, permissions);
    this.moves += 1;
    await this.#openChat();
  }

  say(text: string): void {
    this.#say?.(text);
  }

  /** What is said before this resolves may go unheard, as with any channel that nobody has opened. */
  async listen(): Promise<void> {
    this.received = await this.peer.receiveOn("chat");
  }

  async #openChat(): Promise<void> {
    this.#say = (await this.peer.sendOn("chat")).send;
  }
}

describe("a relay that drains", () => {
  test("moves five live sessions to another relay and loses none", async () => {
    const first = await start({ environment: { RELAY_ID: "relay-1" } });
    const installation = new Installation(
      first,
      await start({ beside: first, environment: { RELAY_ID: "relay-2" } }),
    );
    await until("both are heard of", () => ["relay-1", "relay-2"].every((id) => installation.isReady(id)));
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const sides: Side[] = [];
    for (const id of ids) {
      expect(installation.relayOf(id)).toBe(first);
      for (const role of ["customer", "operator"] as const)
        sides.push(await Side.join(installation, id, role));
    }
    const permissions = { view: true, pointer: true, control: false, clipboard: true, file: false };
    for (const { role, peer } of sides) {
      if (role === "customer") await peer.client.request("setPermissions", { permissions });
    }
    await until("the choices are reported", () => ids.every((id) => installation.permissionsOf(id)));

    const drained = first.relay.drain(DRAIN);
    await Promise.all(sides.map((side) => side.follow()));
    // Nobody needs to be waited for any more, long before the deadline.
    await drained;

    for (const { sessionId, peer, moves } of sides) {
      expect(installation.relayOf(sessionId).relayId).toBe("relay-2");
      expect(moves).toBe(1);
      expect(peer.joined.permissions).toEqual(permissions);
    }
    await Promise.all(sides.map((side) => side.listen()));
    for (const side of sides) side.say(`from the ${side.role}`);
    for (const { role, received } of sides) {
      await until("the other side is heard", () => received.length > 0);
      expect(received).toEqual([`from the ${role === "customer" ? "operator" : "customer"}`]);
    }
    const ends = first.management.reports.filter(({ type }) => type === "session_ended");
    expect(ends).toEqual([]);
  });

  test("without another one waits for the end of its sessions, and takes nothing new meanwhile", async () => {
    const relay = await start();
    const { sessionId, operator, customer } = await relay.openSession();
    const drained = relay.relay.drain(DRAIN);
    const state = watch(drained);
    await until(
      "the management server is told",
      () => relay.management.heartbeats.at(-1)?.state === "draining",
    );
    expect(await healthOf(relay)).toEqual({
      status: 503,
      body: { status: "draining", workers: 1, sessions: 1 },
    });
    expect(await relay.metric("draining")).toBe(1);

    // In the answer, where a browser can read it: a refused upgrade would only look like a broken network.
    await expect(relay.joinSignalling(randomUUID(), "customer")).rejects.toMatchObject({
      code: "RELAY_DRAINING",
    });
    operator.client.leave();
    const again = await relay.join(sessionId, "operator");
    expect(again.joined.otherPresent).toBe(true);
    expect(customer.client.closed).toBeUndefined();
    expect(state.done).toBe(false);

    await again.client.request("endSession", {});
    expect(await customer.client.closedBy()).toMatchObject({ code: closeCodes.sessionEnded });
    await drained;
    await expect(fetch(relay.httpUrl)).rejects.toThrow();
    expect(relay.management.reportsOf(sessionId).at(-1)).toMatchObject({
      type: "session_ended",
      reason: "ended_by_operator",
    });
  });

  test("moves its sessions as soon as another one is there", async () => {
    const first = await start({ environment: { RELAY_ID: "relay-1" } });
    const sessionId = randomUUID();
    const customer = await first.join(sessionId, "customer");
    const drained = first.relay.drain(DRAIN);
    await until("it is told", () => first.management.heartbeats.at(-1)?.state === "draining");
    expect(customer.client.closed).toBeUndefined();

    const second = await start({ beside: first, environment: { RELAY_ID: "relay-2" } });
    const installation = new Installation(first, second);
    expect(await customer.client.closedBy()).toEqual(rejoin);
    await until("the other one is heard of", () => installation.isReady("relay-2"));
    await installation.relayOf(sessionId).join(sessionId, "customer");
    await drained;
  });

  test("takes those back whom it has sent off, when the other one is gone by then", async () => {
    const relay = await start();
    const permissions = { view: true, pointer: false, control: false, clipboard: true, file: false };
    const { sessionId, customer } = await relay.openSession(permissions);
    relay.management.decide = () => ({ canMove: true });
    const drained = relay.relay.drain(DRAIN);
    expect(await customer.client.closedBy()).toEqual(rejoin);
    relay.management.decide = () => ({});
    expect(await relay.metric("interrupted_sessions")).toBe(1);
    const back = await relay.join(sessionId, "customer");
    expect(back.joined.permissions).toEqual(permissions);
    await back.client.request("endSession", {});
    await drained;
  });

  test("sends off whoever is left when the time is up", async () => {
    const relay = await start();
    const { operator, customer } = await relay.openSession();
    await relay.relay.drain({ timeoutMs: 700 });
    for (const { client } of [operator, customer]) expect(await client.closedBy()).toEqual(rejoin);
    expect(relay.management.reports.filter(({ type }) => type === "session_ended")).toEqual([]);
  });

  test("waits also when the management server is away, and stops at once when it is told so", async () => {
    const relay = await start();
    const customer = await relay.joinSignalling(randomUUID(), "customer");
    relay.management.stop();
    const drained = relay.relay.drain(DRAIN);
    const state = watch(drained);
    await relay.untilMetric("draining", 1);
    expect(state.done).toBe(false);
    await relay.relay.close();
    expect(await customer.closedBy()).toEqual(rejoin);
    await drained;
  });

  test("without sessions is gone as soon as that has been told", async () => {
    const relay = await start();
    await relay.relay.drain(DRAIN);
    expect(relay.management.heartbeats.at(-1)).toMatchObject({ state: "draining", sessions: [] });
  });
});

describe("a session that goes on on another relay", () => {
  let relay: TestRelay;
  beforeEach(async () => {
    relay = await start();
  });

  test("is let go of: both sides are sent there, and nothing is reported as ended", async () => {
    const { sessionId, operator, customer } = await relay.openSession();
    const other = await relay.joinSignalling(randomUUID(), "customer");
    relay.management.decide = () => ({ rejoin: [sessionId] });
    for (const { client } of [operator, customer]) expect(await client.closedBy()).toEqual(rejoin);
    await relay.untilMetric("sessions", 1);
    expect(await relay.metric("interrupted_sessions")).toBe(0);
    expect(await relay.metric("transports")).toBe(2);
    expect(other.closed).toBeUndefined();
    expect(relay.management.reportsOf(sessionId).map(({ type }) => type)).not.toContain("session_ended");
    // Sent back here later, it is as welcome as any, and what others have forwarded since is counted on from.
    relay.management.decide = () => ({});
    const back = await relay.connect();
    const { relayId } = relay;
    const bytesForwarded = 5_000_000;
    await back.join(await relay.signer.join({ relayId, sessionId, role: "customer", bytesForwarded }));
    await back.request("endSession", {});
    const end = await until("the end is reported", () =>
      relay.management.reportsOf(sessionId).find(({ type }) => type === "session_ended"),
    );
    expect(end).toMatchObject({ bytesForwarded });
  });
});
