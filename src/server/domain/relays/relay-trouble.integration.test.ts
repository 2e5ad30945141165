import { createServer } from "node:http";
import { jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { joinClaimsSchema } from "@/protocol/join-token";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { joinAsTool } from "../client-tool/join-as-tool";
import { redeemPairing } from "../client-tool/redeem-pairing";
import { createWorld, refusal, type TestOperator, type World } from "../support-sessions/testing/world";

/** As much of a relay as answers the management server's look. */
async function listenAsRelay() {
  let looks = 0;
  let status = 200;
  const server = createServer((request, response) => {
    if (request.url === "/healthz") looks += 1;
    response.writeHead(request.url === "/healthz" ? status : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    commandUrl: `http://127.0.0.1:${address.port}`,
    looks: () => looks,
    answerWith: (next: number) => {
      status = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a browser that lost its relay", () => {
  let world: World;
  let operator: TestOperator;
  let one: Awaited<ReturnType<typeof listenAsRelay>>;
  let two: Awaited<ReturnType<typeof listenAsRelay>>;

  beforeAll(async () => {
    world = await createWorld();
    operator = await world.createOperator(await world.createCompany());
  });
  beforeEach(async () => {
    [one, two] = await Promise.all([listenAsRelay(), listenAsRelay()]);
    await world.heartbeat({ relayId: "relay-1", commandUrl: one.commandUrl, load: 0 });
  });
  afterEach(async () => {
    await Promise.all([one.stop(), two.stop()]);
    await world.db.supportSession.deleteMany();
    await world.db.relay.deleteMany();
  });
  afterAll(() => world.close());

  const beatOfTwo = () => world.heartbeat({ relayId: "relay-2", commandUrl: two.commandUrl, load: 0.9 });
  const beatOfOne = (...sessions: { sessionId: string; present: ("operator" | "customer")[] }[]) =>
    world.heartbeat({
      relayId: "relay-1",
      commandUrl: one.commandUrl,
      load: 0,
      sessions: sessions.map((session) => ({ ...session, bytesForwarded: 0 })),
    });
  const broken = (relayId: string) => ({ trouble: { relayId, kind: "broken" as const } });
  const unreachable = (relayId: string) => ({ trouble: { relayId, kind: "unreachable" as const } });
  const moves = async (sessionId: string) =>
    world.db.auditEvent.count({
      where: { subject: `session:${sessionId}`, action: "session.relay_assigned" },
    });

  test.each(["broken", "unreachable"] as const)(
    "is sent to another one at once when the relay is dead (%s), and so is the other side",
    async (kind) => {
      const { sessionId, caller } = await world.live(operator);
      await beatOfOne({ sessionId, present: ["operator", "customer"] });
      await beatOfTwo();
      await one.stop();
      const trouble = { relayId: "relay-1", kind };
      const [customers, operators] = await Promise.all([
        caller.customer.rejoin({ trouble }),
        operator.caller.session.join({ sessionId, trouble }),
      ]);
      expect([customers.relayId, operators.relayId]).toEqual(["relay-2", "relay-2"]);
      expect(await moves(sessionId)).toBe(1);
    },
  );

  test("takes all other sessions along from a dead relay, until that is heard of again", async () => {
    const [first, second] = [await world.live(operator), await world.live(operator)];
    await beatOfTwo();
    await one.stop();
    const relayOne = () => world.db.relay.findUniqueOrThrow({ where: { id: "relay-1" } });
    const { lastHeartbeatAt } = await relayOne();
    await first.caller.customer.rejoin(broken("relay-1"));
    // When it was last heard of stays known.
    expect(await relayOne()).toMatchObject({ lastHeartbeatAt, givenUpAt: world.now() });
    // Also without a word about the relay, and for sessions that begin now.
    expect((await second.caller.customer.rejoin({})).relayId).toBe("relay-2");
    expect((await world.live(operator)).assignment.relayId).toBe("relay-2");
    await beatOfOne();
    expect((await relayOne()).givenUpAt).toBeNull();
    expect((await world.live(operator)).assignment.relayId).toBe("relay-1");
  });

  test("is not sent back to a dead relay although it tells nothing, once a heartbeat is missing", async () => {
    const [reloaded, fresh] = [await world.live(operator), await world.live(operator)];
    await one.stop();
    world.advance(4_000);
    await beatOfTwo();
    // Nobody has missed anything yet.
    expect((await reloaded.caller.customer.rejoin({})).relayId).toBe("relay-1");
    world.advance(4_000);
    expect((await reloaded.caller.customer.rejoin({})).relayId).toBe("relay-2");
    expect((await fresh.caller.customer.rejoin({})).relayId).toBe("relay-2");
    expect((await world.live(operator)).assignment.relayId).toBe("relay-2");
  });

  test("stays at a relay whose heartbeat is late but which answers, and is not asked for it without another one", async () => {
    const { caller } = await world.live(operator);
    world.advance(8_000);
    expect((await caller.customer.rejoin({})).relayId).toBe("relay-1");
    expect(one.looks()).toBe(0);
    await beatOfTwo();
    expect((await caller.customer.rejoin({})).relayId).toBe("relay-1");
    expect(one.looks()).toBe(1);
  });

  test("takes the count of what was forwarded along", async () => {
    const { sessionId, caller } = await world.live(operator);
    await world.heartbeat({
      relayId: "relay-1",
      commandUrl: one.commandUrl,
      sessions: [{ sessionId, present: ["customer"], bytesForwarded: 123_456 }],
    });
    await beatOfTwo();
    await one.stop();
    const { token, relayId } = await caller.customer.rejoin(broken("relay-1"));
    const { payload } = await jwtVerify(token, world.publicKey, {
      audience: relayId,
      currentDate: world.now(),
    });
    expect(joinClaimsSchema.parse(payload)).toMatchObject({ bytesForwarded: 123_456 });
  });

  test("comes back to a relay that lives when only the connection broke", async () => {
    const { caller } = await world.live(operator);
    await beatOfTwo();
    expect((await caller.customer.rejoin(broken("relay-1"))).relayId).toBe("relay-1");
    expect(one.looks()).toBe(1);
  });

  test("leaves a relay that lives but says itself that it cannot serve", async () => {
    const { caller } = await world.live(operator);
    await beatOfTwo();
    one.answerWith(503);
    expect((await caller.customer.rejoin(broken("relay-1"))).relayId).toBe("relay-2");
  });

  test("leaves a relay that it cannot reach when nobody is disturbed by that", async () => {
    const { sessionId, caller } = await world.live(operator);
    await beatOfOne({ sessionId, present: ["customer"] });
    await beatOfTwo();
    expect((await caller.customer.rejoin(unreachable("relay-1"))).relayId).toBe("relay-2");
  });

  test("takes the other side away from a relay that lives only when it says so again", async () => {
    const { sessionId, caller } = await world.live(operator);
    await beatOfOne({ sessionId, present: ["operator"] });
    await beatOfTwo();
    const rejoin = async () => (await caller.customer.rejoin(unreachable("relay-1"))).relayId;
    expect(await rejoin()).toBe("relay-1");
    expect(await rejoin()).toBe("relay-1");
    world.advance(3_000);
    // The other side's word is its own, and does not count for this one.
    expect(await rejoin()).toBe("relay-2");
    const claims = await world.db.auditEvent.findMany({
      where: { subject: `session:${sessionId}`, action: "session.relay_unreachable" },
    });
    expect(claims.map(({ actor, detail }) => ({ actor, detail }))).toEqual([
      { actor: `customer:${sessionId}`, detail: { relay: "relay-1" } },
    ]);
    // The relay that was left is told to send its side after the other.
    expect(await beatOfOne({ sessionId, present: ["operator"] })).toMatchObject({ rejoin: [sessionId] });
    expect((await operator.caller.session.join({ sessionId })).relayId).toBe("relay-2");
  });

  test("that is the Client Tool's never takes a side away from a relay that lives, however often it says so", async () => {
    const { sessionId, caller } = await world.live(operator);
    const { token } = await caller.session.pairTool({ sharesDevice: false });
    const anybody = { ...world.system, actor: { kind: "anonymous" } } as const;
    const { toolSecret } = await redeemPairing(anybody, { token, platform: "linux", version: "1" });
    const join = async () => (await joinAsTool(anybody, { toolSecret, ...unreachable("relay-1") })).relayId;
    await beatOfOne({ sessionId, present: ["operator"] });
    await beatOfTwo();
    expect(await join()).toBe("relay-1");
    world.advance(3_000);
    expect(await join()).toBe("relay-1");
    await beatOfOne({ sessionId, present: [] });
    await beatOfTwo();
    expect(await join()).toBe("relay-2");
  });

  test("is not heard about a relay that the session has left already", async () => {
    const { sessionId, caller } = await world.live(operator);
    await beatOfTwo();
    await one.stop();
    await caller.customer.rejoin(unreachable("relay-1"));
    await beatOfOne();
    expect((await operator.caller.session.join({ sessionId, ...unreachable("relay-1") })).relayId).toBe(
      "relay-2",
    );
    expect(await moves(sessionId)).toBe(1);
  });

  test("cannot keep its session moving", async () => {
    const { sessionId, caller } = await world.live(operator);
    const used: string[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      await beatOfOne();
      await beatOfTwo();
      const relayId = used.at(-1) ?? "relay-1";
      used.push((await caller.customer.rejoin(unreachable(relayId))).relayId);
    }
    expect(used.slice(0, 4)).toEqual(["relay-2", "relay-1", "relay-2", "relay-2"]);
    expect(new Set(used.slice(3))).toEqual(new Set(["relay-2"]));
    expect(await moves(sessionId)).toBe(3);
    world.advance(60_000);
    await beatOfOne();
    await beatOfTwo();
    expect((await caller.customer.rejoin(unreachable("relay-2"))).relayId).toBe("relay-1");
  });

  test("gets the same relay again, unasked, when there is no other", async () => {
    const { caller } = await world.live(operator);
    expect((await caller.customer.rejoin(unreachable("relay-1"))).relayId).toBe("relay-1");
    expect(one.looks()).toBe(0);
  });

  test("cannot make anything of other names", async () => {
    const { caller } = await world.live(operator);
    await beatOfTwo();
    expect((await caller.customer.rejoin(unreachable("relay-9"))).relayId).toBe("relay-1");
    const wrong = refusal(caller.customer.rejoin(unreachable("http://127.0.0.1:1/")));
    expect((await wrong).code).toBe("BAD_REQUEST");
  });
});

describe("a relay that drains", () => {
  let world: World;
  let operator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    operator = await world.createOperator(await world.createCompany());
    return () => world.close();
  });
  beforeEach(async () => {
    await world.heartbeat();
    return async () => {
      await world.db.supportSession.deleteMany();
      await world.db.relay.deleteMany();
    };
  });

  test("keeps its sessions as long as there is no other, and hears when there is one", async () => {
    const { caller } = await world.live(operator);
    const draining = { state: "draining" } as const;
    expect(await world.heartbeat(draining)).toMatchObject({ canMove: false });
    expect((await caller.customer.rejoin({})).relayId).toBe("relay-1");
    expect((await refusal(world.live(operator))).code).toBe("NO_RELAY");

    await world.heartbeat({ relayId: "relay-2" });
    expect(await world.heartbeat()).toMatchObject({ canMove: false });
    expect(await world.heartbeat(draining)).toMatchObject({ canMove: true });
    expect((await caller.customer.rejoin({})).relayId).toBe("relay-2");
  });

  test.each([
    ["drains too", { state: "draining" }],
    ["has no worker", { workers: 0 }],
    ["speaks another protocol version", { protocolVersion: SIGNALLING_PROTOCOL_VERSION + 1 }],
  ] as const)("is not relieved by one that %s", async (_what, differs) => {
    await world.heartbeat({ relayId: "relay-2", ...differs });
    expect(await world.heartbeat({ state: "draining" })).toMatchObject({ canMove: false });
  });
});

describe("a relay of another protocol version", () => {
  test.each([1, 998])(
    "(%i ahead) is recorded with what is understood of it, and its sessions stay",
    async (other) => {
      const world = await createWorld();
      try {
        const operator = await world.createOperator(await world.createCompany());
        await world.heartbeat();
        const { sessionId } = await world.live(operator);
        const heartbeat = {
          relayId: "relay-1",
          region: "default",
          version: "9.0.0",
          protocolVersion: SIGNALLING_PROTOCOL_VERSION + other,
          publicUrl: "wss://relay.example:443",
          commandUrl: "http://127.0.0.1:9",
          state: "ready" as const,
          workers: 2,
          load: 0.5,
          temperature: 40,
          sessions: [{ sessionId, present: ["customer" as const], bytesForwarded: 3, mood: "good" }],
        };
        expect(await world.relay.relay.heartbeat(heartbeat)).toMatchObject({
          close: [],
          protocolVersion: SIGNALLING_PROTOCOL_VERSION,
        });
        expect(await world.db.relay.findUniqueOrThrow({ where: { id: "relay-1" } })).toMatchObject({
          protocolVersion: heartbeat.protocolVersion,
          version: "9.0.0",
        });
        expect(await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } })).toMatchObject({
          customerPresent: true,
        });
        expect((await refusal(world.live(operator))).code).toBe("NO_RELAY");
        // One of this version is held to every word.
        const unknownWord = { ...heartbeat, protocolVersion: SIGNALLING_PROTOCOL_VERSION };
        expect((await refusal(world.relay.relay.heartbeat(unknownWord))).code).toBe("BAD_REQUEST");
      } finally {
        await world.close();
      }
    },
  );
});
