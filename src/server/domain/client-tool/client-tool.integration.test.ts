import { jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isErrorCode } from "@/lib/error-table";
import {
  PAIRING_TTL_SECONDS,
  redeemedPairingSchema,
  type ToolDevice,
  toolEndpoints,
  toolJoinOutput,
} from "@/protocol/client-tool";
import { JOIN_TOKEN_ISSUER, joinClaimsSchema } from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import type { RelayReport } from "@/protocol/relay-api";
import { answerToolRequest, type ToolEndpoint } from "@/server/api/handle-tool-request";
import { clearOldTickets } from "@/server/domain/support-sessions/clear-old-tickets";
import {
  createWorld,
  freshAddress,
  refusal,
  type TestOperator,
  type World,
} from "@/server/domain/support-sessions/testing/world";
import { watchSession } from "@/server/domain/support-sessions/watch-session";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
import { ADDRESS_MISSES, CALLS_PER_PAIRING, GLOBAL_MISSES, PAIRINGS_PER_SESSION } from "./admit-pairing";

const HOUR_MS = 3_600_000;
const machine: ToolDevice = {
  osName: "Windows 11 Pro",
  osVersion: "10.0.26100",
  hostName: "desk-7",
  cpuModel: "A processor",
  cpuCores: 8,
  memoryTotalBytes: 17_179_869_184,
  memoryFreeBytes: 8_589_934_592,
  disks: [{ name: "C:", totalBytes: 512_000_000_000, freeBytes: 100_000_000_000 }],
  networkAddresses: [{ name: "Ethernet", address: "192.0.2.7" }],
  uptimeSeconds: 3_600,
};

let world: World;
let operator: TestOperator;
beforeAll(async () => {
  world = await createWorld();
  operator = await world.createOperator(await world.createCompany());
});
beforeEach(async () => {
  await world.db.rateLimit.deleteMany();
  await world.heartbeat();
});
afterAll(() => world.close());

interface Sent {
  readonly address?: string;
  readonly headers?: Record<string, string>;
}

/** What a tool sends, over HTTP's own objects. */
async function send(
  endpoint: ToolEndpoint,
  body: unknown,
  { address = freshAddress(), headers = {} }: Sent = {},
) {
  const request = new Request(`${world.env.PUBLIC_URL.origin}${toolEndpoints[endpoint]}`, {
    method: "POST",
    headers: { "content-type": "application/json", [CLIENT_ADDRESS_HEADER]: address, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer = await answerToolRequest(endpoint, request, world.parts);
  return { answer, status: answer.status, json: await answer.json() };
}

const redeem = (token: string, sent?: Sent) =>
  send("redeem", { token, platform: "windows", version: "1.2.3" }, sent);

async function codeOf(sent: ReturnType<typeof send>): Promise<string> {
  const { json } = await sent;
  return isErrorCode(json.error) ? json.error : "ok";
}

async function pair(options: { sharesDevice?: boolean; operator?: TestOperator } = {}) {
  const customer = await world.live(options.operator ?? operator);
  const { token } = await customer.caller.session.pairTool({ sharesDevice: options.sharesDevice ?? false });
  return { ...customer, token };
}

async function started(options: Parameters<typeof pair>[0] = {}) {
  const paired = await pair(options);
  const { toolSecret } = redeemedPairingSchema.parse((await redeem(paired.token)).json);
  return { ...paired, toolSecret };
}

async function auditOf(sessionId: string) {
  const events = await world.db.auditEvent.findMany({
    where: { subject: `session:${sessionId}`, action: { startsWith: "session.tool_" } },
    orderBy: { id: "asc" },
  });
  return events.map(({ action, actor, detail }) => ({ action, actor, detail }));
}

describe("a pairing", () => {
  test("is redeemed once, and tells who wants to control; its tool joins the relay that carries the session", async () => {
    const { sessionId, token } = await pair({ sharesDevice: true });
    const { json, answer } = await send("redeem", { token, platform: "windows", version: "1.2.3\u0000" });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const redeemed = redeemedPairingSchema.parse(json);
    expect(redeemed).toMatchObject({
      sessionId,
      operatorName: "An operator",
      companyName: "A company",
      sharesDevice: true,
    });
    const joined = await send("join", { toolSecret: redeemed.toolSecret });
    const assignment = toolJoinOutput.parse(joined.json);
    expect(assignment).toMatchObject({ sessionId, relayId: "relay-1" });
    const { payload } = await jwtVerify(assignment.token, world.publicKey, {
      issuer: JOIN_TOKEN_ISSUER,
      audience: "relay-1",
      currentDate: world.now(),
    });
    expect(joinClaimsSchema.parse(payload)).toMatchObject({
      sub: sessionId,
      role: "tool",
      permissions: CONSENTED_PERMISSIONS,
    });
    expect(await codeOf(redeem(token))).toBe("PAIRING_USED");
    // As often as it has to come back.
    expect(await codeOf(send("join", { toolSecret: redeemed.toolSecret }))).toBe("ok");
  });

  test("is won by one of many that redeem it at the same instant", async () => {
    const { token } = await pair();
    const codes = await Promise.all(Array.from({ length: 12 }, () => codeOf(redeem(token))));
    expect(codes.toSorted()).toEqual([...Array.from({ length: 11 }, () => "PAIRING_USED"), "ok"]);
  });

  test("is in the language of the customer's page", async () => {
    const { sessionId, cookie } = await world.live(operator);
    const { caller } = world.call({ cookie: `${cookie}; madoguchi_locale=ja` });
    const { token } = await caller.session.pairTool({ sharesDevice: false });
    expect((await redeem(token)).json).toMatchObject({ sessionId, language: "ja" });
  });

  test("is too late after ten minutes, and void once there is a newer one", async () => {
    const { caller, token: voided } = await pair();
    const { token, expiresAt } = await caller.session.pairTool({ sharesDevice: false });
    expect(expiresAt.getTime() - world.now().getTime()).toBe(PAIRING_TTL_SECONDS * 1000);
    expect(await codeOf(redeem(voided))).toBe("PAIRING_INVALID");
    world.advance(PAIRING_TTL_SECONDS * 1000);
    await world.heartbeat();
    expect(await codeOf(redeem(token))).toBe("PAIRING_EXPIRED");
  });

  test("of which two are asked for at the same instant leaves one token", async () => {
    const { caller } = await world.live(operator);
    const both = await Promise.all([1, 2].map(() => caller.session.pairTool({ sharesDevice: false })));
    const codes = await Promise.all(both.map(({ token }) => codeOf(redeem(token))));
    expect(codes.toSorted()).toEqual(["PAIRING_INVALID", "ok"]);
  });

  test("that is redeemed shuts out the tool before it: whoever has stolen that one is rid of with a new download", async () => {
    const { caller, toolSecret: stolen } = await started();
    const { token } = await caller.session.pairTool({ sharesDevice: false });
    expect(await codeOf(send("join", { toolSecret: stolen }))).toBe("ok");
    expect(await codeOf(redeem(token))).toBe("ok");
    expect(await codeOf(send("join", { toolSecret: stolen }))).toBe("PAIRING_INVALID");
    expect(await codeOf(send("device", { toolSecret: stolen, device: machine }))).toBe("PAIRING_INVALID");
  });

  test("ends with its session, for tokens and secrets, and is forgotten with the ticket", async () => {
    const { sessionId, caller, token } = await pair();
    const { sessionId: other, toolSecret } = await started();
    await caller.customer.stop({});
    await operator.caller.session.end({ sessionId: other });
    expect(await codeOf(redeem(token))).toBe("SESSION_ENDED");
    expect(await codeOf(send("join", { toolSecret }))).toBe("SESSION_ENDED");
    expect(await codeOf(send("device", { toolSecret, device: machine }))).toBe("SESSION_ENDED");
    expect((await refusal(caller.session.pairTool({ sharesDevice: false }))).code).toBe("SESSION_ENDED");
    world.advance(HOUR_MS);
    await clearOldTickets(world.system);
    expect(await world.db.toolPairing.count({ where: { sessionId } })).toBe(0);
    expect(await codeOf(send("join", { toolSecret }))).toBe("PAIRING_INVALID");
  });

  test("is kept as hashes alone", async () => {
    const { sessionId, token, toolSecret } = await started();
    const [row] = await world.db.$queryRaw<{ row: string }[]>`
      SELECT tool_pairing::text AS row FROM tool_pairing WHERE session_id = ${sessionId}::uuid`;
    expect(row?.row).not.toContain(token);
    expect(row?.row).not.toContain(toolSecret);
    expect(row?.row).not.toContain(Buffer.from(token).toString("hex"));
    expect(row?.row).not.toContain(Buffer.from(toolSecret).toString("hex"));
  });
});

describe("pairTool", () => {
  test("is for a live session only, and for the customer's own ticket", async () => {
    const waiting = await world.waiting(operator);
    const accepted = await world.accepted(operator);
    for (const { caller } of [waiting, accepted]) {
      expect((await refusal(caller.session.pairTool({ sharesDevice: false }))).code).toBe(
        "SESSION_WRONG_PHASE",
      );
    }
    await world.live(operator);
    expect((await refusal(operator.caller.session.pairTool({ sharesDevice: false }))).code).toBe("NOT_FOUND");
    expect((await refusal(world.call({}).caller.session.pairTool({ sharesDevice: false }))).code).toBe(
      "NOT_FOUND",
    );
  });

  test.each([["plan"], ["policy"]] as const)(
    "is refused where the %s lets nobody control, and so are its tools",
    async (by) => {
      const companyId = await world.createCompany();
      const paired = await pair({ operator: await world.createOperator(companyId) });
      const { toolSecret } = await started({ operator: await world.createOperator(companyId) });
      if (by === "plan")
        await world.db.company.update({ where: { id: companyId }, data: { planControl: false } });
      else await world.db.companyPolicy.create({ data: { companyId, allowControl: false } });
      expect((await refusal(paired.caller.session.pairTool({ sharesDevice: false }))).code).toBe(
        "PERMISSION_DENIED",
      );
      expect(await codeOf(redeem(paired.token))).toBe("PERMISSION_DENIED");
      expect(await codeOf(send("join", { toolSecret }))).toBe("PERMISSION_DENIED");
    },
  );

  test("is not given out without end", async () => {
    const { caller } = await world.live(operator);
    for (let index = 0; index < PAIRINGS_PER_SESSION; index += 1) {
      await caller.session.pairTool({ sharesDevice: false });
    }
    const refused = await refusal(caller.session.pairTool({ sharesDevice: false }));
    expect(refused.code).toBe("PAIRING_THROTTLED");
    expect(refused.retryAfterSeconds).toBeGreaterThan(0);
  });
});

describe("the endpoints", () => {
  test("bear so many misses of one address, right tokens being free, and leave everybody else alone", async () => {
    const address = freshAddress();
    const { token } = await pair();
    for (let index = 0; index < ADDRESS_MISSES; index += 1) {
      const code = await codeOf(
        index % 2 === 0
          ? redeem("x".repeat(22), { address })
          : send("join", { toolSecret: "x".repeat(43) }, { address }),
      );
      expect(code).toBe("PAIRING_INVALID");
    }
    const refused = await redeem(token, { address });
    expect(refused.status).toBe(429);
    expect(refused.json).toEqual({ error: "PAIRING_THROTTLED" });
    expect(Number(refused.answer.headers.get("retry-after"))).toBeGreaterThan(0);
    const elsewhere = freshAddress();
    expect(await codeOf(redeem(token, { address: elsewhere }))).toBe("ok");
    expect(
      await world.db.rateLimit.findMany({
        where: { key: { startsWith: "pair-address" }, points: { gt: 0 } },
      }),
    ).toHaveLength(1);
  });

  test("bear so many misses of everybody together", async () => {
    const { token } = await pair();
    const expire = BigInt(Date.now() + 60_000);
    await world.db.rateLimit.create({ data: { key: "pair-global:all", points: GLOBAL_MISSES, expire } });
    expect(await codeOf(redeem(token))).toBe("PAIRING_THROTTLED");
    await world.db.rateLimit.deleteMany();
    expect(await codeOf(redeem(token))).toBe("ok");
  });

  test("bear so many calls of one tool, from wherever", async () => {
    const { toolSecret } = await started();
    expect(await codeOf(send("join", { toolSecret }))).toBe("ok");
    await world.db.rateLimit.updateMany({
      where: { key: { startsWith: "pair-calls" } },
      data: { points: CALLS_PER_PAIRING },
    });
    expect(await codeOf(send("join", { toolSecret }))).toBe("PAIRING_THROTTLED");
    expect(await codeOf(send("device", { toolSecret, device: machine }))).toBe("PAIRING_THROTTLED");
  });

  test("take JSON of the right form and size alone, from no other site and from no browser with cookies", async () => {
    const { token, cookie } = await pair();
    const well = { token, platform: "windows", version: "1.2.3" };
    expect(await codeOf(send("redeem", "{"))).toBe("BAD_REQUEST");
    expect(await codeOf(send("redeem", { ...well, platform: "amiga" }))).toBe("BAD_REQUEST");
    expect(await codeOf(send("redeem", { ...well, more: 1 }))).toBe("BAD_REQUEST");
    expect(await codeOf(send("redeem", { ...well, token: `${token}x` }))).toBe("BAD_REQUEST");
    expect(await codeOf(send("redeem", " ".repeat(65_537)))).toBe("TOO_LARGE");
    expect(await codeOf(send("redeem", well, { headers: { "content-type": "text/plain" } }))).toBe(
      "BAD_REQUEST",
    );
    expect(await codeOf(send("redeem", well, { headers: { origin: "https://elsewhere.example" } }))).toBe(
      "ORIGIN_REFUSED",
    );
    expect(await codeOf(send("redeem", well, { headers: { cookie } }))).toBe("ORIGIN_REFUSED");
    const { answer, status } = await redeem(token);
    expect(status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

describe("what the tool tells about the machine", () => {
  test("is shown to the session's operator and in the log, and erased with the rest", async () => {
    const administrator = await world.createOperator(operator.companyId, "administrator");
    const { sessionId, caller, toolSecret } = await started({ sharesDevice: true });
    expect(await send("device", { toolSecret, device: machine })).toMatchObject({ status: 200, json: {} });
    const detail = () => administrator.caller.log.get({ sessionId });
    expect((await detail()).toolDevice).toEqual(machine);
    const views = watchSession(operator.context, { sessionId }, new AbortController().signal);
    expect((await views.next()).value).toMatchObject({ toolDevice: machine });
    await views.return();
    await caller.customer.stop({});
    await administrator.caller.log.erase({ sessionId });
    expect(await detail()).toMatchObject({ toolDevice: null, device: null });
  });

  test("is kept without the characters that a database does not", async () => {
    const { sessionId, toolSecret } = await started({ sharesDevice: true });
    const odd = { ...machine, hostName: "desk\u0000\u0007-\ud8007", osName: "日本語 🖥" };
    expect((await send("device", { toolSecret, device: odd })).status).toBe(200);
    const { toolDevice } = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    expect(toolDevice).toMatchObject({ hostName: "desk-7", osName: "日本語 🖥" });
  });

  test("is refused when the customer did not agree to it", async () => {
    const { sessionId, toolSecret } = await started({ sharesDevice: false });
    expect(await codeOf(send("device", { toolSecret, device: machine }))).toBe("PERMISSION_DENIED");
    const { toolDevice } = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    expect(toolDevice).toBeNull();
  });
});

describe("the audit log", () => {
  test("has who offered, started, connected and stopped the tool; a report that comes twice is written once", async () => {
    const { sessionId } = await started({ sharesDevice: true });
    const told = { sessionId, at: world.now().toISOString() };
    const tell = (event: RelayReport["event"]) => world.relay.relay.report({ relayId: "relay-1", event });
    const permissions = { ...CONSENTED_PERMISSIONS, file: true };
    for (const _ of [1, 2]) await tell({ ...told, type: "tool_joined" });
    for (const _ of [1, 2]) await tell({ ...told, type: "permissions_changed", permissions, by: "tool" });
    for (const _ of [1, 2]) await tell({ ...told, type: "tool_left" });
    const actor = `customer:${sessionId}`;
    expect(await auditOf(sessionId)).toEqual([
      { action: "session.tool_offered", actor, detail: { sharesDevice: true } },
      { action: "session.tool_paired", actor, detail: { platform: "windows", version: "1.2.3" } },
      { action: "session.tool_joined", actor, detail: { relay: "relay-1" } },
      { action: "session.tool_revoked_control", actor, detail: permissions },
      { action: "session.tool_left", actor, detail: { relay: "relay-1" } },
    ]);
  });

  test("hears nothing of a tool from a relay that does not carry the session", async () => {
    const { sessionId } = await started();
    await world.relay.relay.report({
      relayId: "relay-2",
      event: { type: "tool_joined", sessionId, at: world.now().toISOString() },
    });
    expect((await auditOf(sessionId)).map(({ action }) => action)).not.toContain("session.tool_joined");
  });
});

describe("a tool that lost its relay", () => {
  test("is sent where its session is now", async () => {
    const { sessionId, caller, toolSecret } = await started();
    await world.db.relay.update({ where: { id: "relay-1" }, data: { lastHeartbeatAt: new Date(0) } });
    await world.heartbeat({ relayId: "relay-2" });
    expect(await caller.customer.rejoin({})).toMatchObject({ relayId: "relay-2" });
    expect((await send("join", { toolSecret })).json).toMatchObject({ sessionId, relayId: "relay-2" });
  });
});
