import { createServer, type Server } from "node:http";
import { jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  COMMAND_TOKEN_TYPE,
  commandClaimsSchema,
  JOIN_TOKEN_ISSUER,
  JOIN_TOKEN_TTL_SECONDS,
  JOIN_TOKEN_TYPE,
  joinClaimsSchema,
} from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { RELAY_STALE_AFTER_MS, type RelayReport } from "@/protocol/relay-api";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import {
  createWorld,
  device,
  refusal,
  type TestOperator,
  unknownId,
  type World,
} from "../support-sessions/testing/world";

interface Command {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: unknown;
}

/** The command side of a relay: keeps what it is told. */
async function listenForCommands(answer: (respond: () => void) => void = (respond) => respond()) {
  const commands: Command[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    commands.push({
      method: request.method ?? "",
      url: request.url ?? "",
      authorization: request.headers.authorization ?? "",
      body: JSON.parse(body),
    });
    answer(() => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    commands,
    commandUrl: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The rest of a heartbeat's answer. */
const nothingElse = {
  dismiss: [],
  rejoin: [],
  canMove: false,
  protocolVersion: SIGNALLING_PROTOCOL_VERSION,
};

describe("relays", () => {
  let world: World;
  let operator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    operator = await world.createOperator(await world.createCompany());
  });
  beforeEach(() => world.heartbeat());
  afterEach(async () => {
    await world.db.supportSession.deleteMany();
    await world.db.relay.deleteMany();
  });
  afterAll(() => world.close());

  const sessionRow = (id: string) => world.db.supportSession.findUniqueOrThrow({ where: { id } });
  const report = (event: RelayReport["event"], relayId = "relay-1") =>
    world.relay.relay.report({ relayId, event });
  const at = () => world.now().toISOString();

  test("a join token says who joins what, where and with which permissions, for a minute, under the public key", async () => {
    const { sessionId, caller, assignment } = await world.live(operator);
    const forOperator = await operator.caller.session.join({ sessionId });
    const tokens = { customer: assignment.token, operator: forOperator.token };
    const seen = new Set<string>();
    for (const role of ["customer", "operator"] as const) {
      const { payload, protectedHeader } = await jwtVerify(tokens[role], world.publicKey, {
        issuer: JOIN_TOKEN_ISSUER,
        audience: "relay-1",
        typ: JOIN_TOKEN_TYPE,
        algorithms: ["EdDSA"],
        currentDate: world.now(),
      });
      const claims = joinClaimsSchema.parse(payload);
      expect(protectedHeader.typ).toBe(JOIN_TOKEN_TYPE);
      expect(claims).toMatchObject({ sub: sessionId, role, permissions: CONSENTED_PERMISSIONS });
      expect(claims.exp).toBe(Math.floor(world.now().getTime() / 1000) + JOIN_TOKEN_TTL_SECONDS);
      seen.add(claims.jti);
    }
    expect(seen.size).toBe(2);
    const late = new Date(world.now().getTime() + (JOIN_TOKEN_TTL_SECONDS + 1) * 1000);
    const verified = jwtVerify(tokens.customer, world.publicKey, { currentDate: late });
    await expect(verified).rejects.toHaveProperty("code", "ERR_JWT_EXPIRED");
    expect((await caller.customer.rejoin({})).token).not.toBe(assignment.token);
  });

  test("permissions that the customer took back are not in the next token", async () => {
    const { sessionId } = await world.live(operator);
    const permissions = { ...CONSENTED_PERMISSIONS, pointer: false };
    await report({ type: "permissions_changed", sessionId, permissions, at: at() });
    await report({ type: "permissions_changed", sessionId, permissions, at: at() });
    const { token } = await operator.caller.session.join({ sessionId });
    const { payload } = await jwtVerify(token, world.publicKey, { currentDate: world.now() });
    expect(payload.permissions).toEqual(permissions);
    const audits = await world.db.auditEvent.count({
      where: { action: "session.permissions_changed", subject: `session:${sessionId}` },
    });
    expect(audits).toBe(1);
  });

  test("an end is told to the relay at once, with a command token of its own kind", async () => {
    const relay = await listenForCommands();
    try {
      await world.heartbeat({ commandUrl: `${relay.commandUrl}/` });
      const { sessionId } = await world.live(operator);
      await operator.caller.session.end({ sessionId });
      expect(relay.commands).toHaveLength(1);
      const [command] = relay.commands;
      expect(command).toMatchObject({
        method: "DELETE",
        url: `/sessions/${sessionId}`,
        body: { reason: "ended_by_operator" },
      });
      const { payload } = await jwtVerify(
        command?.authorization.replace("Bearer ", "") ?? "",
        world.publicKey,
        { issuer: JOIN_TOKEN_ISSUER, audience: "relay-1", typ: COMMAND_TOKEN_TYPE, currentDate: world.now() },
      );
      expect(commandClaimsSchema.parse(payload).sub).toBe(sessionId);
    } finally {
      await relay.close();
    }
  });

  test("a relay that hangs holds the end up for two seconds at most, and closes with its next heartbeat", async () => {
    const relay = await listenForCommands(() => undefined);
    try {
      await world.heartbeat({ commandUrl: relay.commandUrl });
      const { sessionId } = await world.live(operator);
      const before = performance.now();
      await operator.caller.session.end({ sessionId });
      expect(performance.now() - before).toBeLessThan(5_000);
      expect((await sessionRow(sessionId)).endReason).toBe("ended_by_operator");
      const sessions = [
        { sessionId, present: ["operator" as const, "customer" as const], bytesForwarded: 9 },
      ];
      expect(await world.heartbeat({ commandUrl: relay.commandUrl, sessions })).toEqual({
        close: [{ sessionId, reason: "ended_by_operator" }],
        ...nothingElse,
      });
    } finally {
      await relay.close();
    }
  });

  test("a heartbeat is answered with what is over or unknown here, and nothing else", async () => {
    const ended = await world.live(operator);
    await ended.caller.customer.stop({});
    const live = await world.live(operator);
    const unknown = unknownId();
    const sessions = [ended.sessionId, live.sessionId, unknown].map((sessionId) => ({
      sessionId,
      present: [],
      bytesForwarded: 0,
    }));
    expect(await world.heartbeat({ sessions })).toEqual({
      close: [
        { sessionId: ended.sessionId, reason: "stopped_by_customer" },
        { sessionId: unknown, reason: "relay_lost" },
      ],
      ...nothingElse,
    });
  });

  test("a heartbeat tells presence and traffic; traffic never falls, and other relays' word does not count", async () => {
    const { sessionId } = await world.live(operator);
    const startedAt = world.now();
    world.advance(5_000);
    await world.heartbeat({
      sessions: [{ sessionId, present: ["customer"], bytesForwarded: 3_000_000_000 }],
    });
    expect(await sessionRow(sessionId)).toMatchObject({
      customerPresent: true,
      operatorPresent: false,
      lastPresentAt: world.now(),
      bytesForwarded: 3_000_000_000n,
    });
    const heardAt = world.now();
    world.advance(5_000);
    await world.heartbeat({
      relayId: "relay-2",
      sessions: [{ sessionId, present: ["operator", "customer"], bytesForwarded: 4_000_000_000 }],
    });
    await world.heartbeat({ sessions: [{ sessionId, present: [], bytesForwarded: 5 }] });
    expect(await sessionRow(sessionId)).toMatchObject({
      customerPresent: false,
      operatorPresent: false,
      startedAt,
      lastPresentAt: heardAt,
      bytesForwarded: 3_000_000_000n,
    });
    await report({ type: "peer_joined", sessionId, role: "operator", at: at() });
    expect(await sessionRow(sessionId)).toMatchObject({ operatorPresent: true, lastPresentAt: world.now() });
    // A session that the relay no longer mentions has nobody in it.
    await world.heartbeat({ sessions: [] });
    expect(await sessionRow(sessionId)).toMatchObject({ operatorPresent: false });
  });

  test("an end on the relay is an end here: by whom, with the traffic, once, however often it is told", async () => {
    const { sessionId } = await world.live(operator);
    const event = {
      type: "session_ended",
      sessionId,
      reason: "stopped_by_customer",
      bytesForwarded: 1_234,
      at: at(),
    } as const;
    await report(event);
    await report({ ...event, reason: "connection_lost" });
    expect(await sessionRow(sessionId)).toMatchObject({
      phase: "ended",
      endReason: "stopped_by_customer",
      bytesForwarded: 1_234n,
    });
    const ends = await world.db.auditEvent.findMany({
      where: { action: "session.ended", subject: `session:${sessionId}` },
    });
    expect(ends.map(({ actor }) => actor)).toEqual([`customer:${sessionId}`]);
    await expect(report({ ...event, sessionId: unknownId() })).resolves.toEqual({});
  });

  test("the traffic of a session that was ended here still arrives", async () => {
    const { sessionId, caller } = await world.live(operator);
    await caller.customer.stop({});
    await report({
      type: "session_ended",
      sessionId,
      reason: "stopped_by_customer",
      bytesForwarded: 77,
      at: at(),
    });
    expect((await sessionRow(sessionId)).bytesForwarded).toBe(77n);
  });

  test("a healthy relay keeps its sessions; a stale one loses them, to one and the same relay for both sides", async () => {
    const { sessionId, caller, assignment } = await world.live(operator);
    expect(assignment.relayId).toBe("relay-1");
    await world.heartbeat({ relayId: "relay-2", load: 0 });
    expect((await caller.customer.rejoin({})).relayId).toBe("relay-1");

    world.advance(RELAY_STALE_AFTER_MS);
    await world.heartbeat({ relayId: "relay-2", publicUrl: "wss://two.example" });
    await world.heartbeat({ relayId: "relay-3", publicUrl: "wss://three.example" });
    const [customers, operators] = await Promise.all([
      caller.customer.rejoin({}),
      operator.caller.session.join({ sessionId }),
    ]);
    expect(["relay-2", "relay-3"]).toContain(customers.relayId);
    expect(operators.relayId).toBe(customers.relayId);
    const moved = await world.db.auditEvent.findMany({
      where: { action: "session.relay_assigned", subject: `session:${sessionId}` },
    });
    expect(moved.map(({ detail }) => detail)).toEqual([{ relay: customers.relayId, before: "relay-1" }]);

    // What the old relay makes of it no longer counts, unless a person chose to end.
    const event = { type: "session_ended", sessionId, bytesForwarded: 1, at: at() } as const;
    await report({ ...event, reason: "connection_lost" });
    expect((await sessionRow(sessionId)).phase).toBe("live");
    await report({ ...event, reason: "stopped_by_customer" });
    expect((await sessionRow(sessionId)).endReason).toBe("stopped_by_customer");
  });

  test("with no relay left a rejoin is refused, and the session goes on for a while", async () => {
    const { sessionId, caller } = await world.live(operator);
    world.advance(RELAY_STALE_AFTER_MS);
    expect((await refusal(caller.customer.rejoin({}))).code).toBe("NO_RELAY");
    expect((await refusal(operator.caller.session.join({ sessionId }))).code).toBe("NO_RELAY");
    expect((await sessionRow(sessionId)).phase).toBe("live");
    await world.heartbeat();
    await expect(caller.customer.rejoin({})).resolves.toHaveProperty("relayId", "relay-1");
  });

  test("the company's region is preferred; another one serves with a note in the audit log", async () => {
    const east = await world.createOperator(await world.createCompany("east"));
    await world.heartbeat({ relayId: "relay-east", region: "east", load: 0.9 });
    expect((await world.live(east)).assignment.relayId).toBe("relay-east");

    await world.heartbeat({ relayId: "relay-east", region: "east", state: "draining" });
    const { sessionId, assignment } = await world.live(east);
    expect(assignment.relayId).toBe("relay-1");
    const agreed = await world.db.auditEvent.findFirstOrThrow({
      where: { action: "session.agreed", subject: `session:${sessionId}` },
    });
    expect(agreed.detail).toEqual({ relay: "relay-1", wantedRegion: "east", region: "default" });
  });

  test("sessions that come faster than heartbeats spread over equal relays", async () => {
    await world.heartbeat({ relayId: "relay-2" });
    const used: string[] = [];
    for (let index = 0; index < 4; index += 1) used.push((await world.live(operator)).assignment.relayId);
    expect(used.filter((relayId) => relayId === "relay-1")).toHaveLength(2);
    expect(used.filter((relayId) => relayId === "relay-2")).toHaveLength(2);
  });

  test("a relay of another protocol version gets nobody", async () => {
    await world.heartbeat({ protocolVersion: SIGNALLING_PROTOCOL_VERSION + 1 });
    const { caller } = await world.accepted(operator);
    expect((await refusal(caller.customer.agree({ device }))).code).toBe("NO_RELAY");
  });
});
