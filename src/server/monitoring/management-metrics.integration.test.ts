import { once } from "node:events";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { parseEnvironment } from "@/env";
import { sumMetric } from "@/lib/sum-metric";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { answerAuthRequest } from "@/server/api/handle-auth-request";
import { answerTrpcRequest } from "@/server/api/handle-request";
import { createDatabase } from "@/server/db/client";
import { createCompany } from "@/server/domain/accounts/create-company";
import {
  createWorld,
  refusal,
  type TestOperator,
  type World,
} from "@/server/domain/support-sessions/testing/world";
import { createApiListener, isTrpcRequest } from "@/server/http/api-listener";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
import { createHttpServer } from "@/server/http/http-server";
import { testVariables } from "@/server/http/testing/test-variables";
import { queueMail } from "@/server/mail/queue-mail";
import { sendMail } from "@/server/mail/send-mail";
import { countHttp } from "./count-http";
import { ManagementMetrics } from "./management-metrics";
import { MetricsEndpoint } from "./metrics-endpoint";

let world: World;
let operator: TestOperator;
const servers: Server[] = [];

beforeAll(async () => {
  world = await createWorld();
  operator = await world.createOperator(await world.createCompany());
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
afterAll(() => world.close());

/** The process as `main.ts` puts it together, without Next; its counters begin at nothing. */
async function start(variables: Record<string, string> = {}) {
  const env = parseEnvironment({ ...testVariables(), ...variables });
  const parts = { ...world.createServer(), metrics: new ManagementMetrics() };
  const endpoint = new MetricsEndpoint({ ...parts, env: { ...parts.env, METRICS_ALLOW: env.METRICS_ALLOW } });
  const trpc = createApiListener(
    (request) => answerTrpcRequest(request, parts),
    () => undefined,
  );
  const server = createHttpServer(
    parts.env,
    async (request, response) => {
      if (isTrpcRequest(request)) await trpc(request, response);
      else response.end("a page");
    },
    () => undefined,
    (request, response) => {
      countHttp(parts.metrics, request, response);
      return endpoint.take(request, response);
    },
  );
  servers.push(server);
  const origin = await listen(server);
  const text = async () => (await fetch(`${origin}/api/metrics`)).text();
  return {
    parts,
    origin,
    text,
    metric: async (name: string, label?: string) =>
      sumMetric(await text(), `madoguchi_management_${name}`, label),
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("the metrics of the management server", () => {
  test("tell calls, numbers and what was refused, and name nobody", async () => {
    const { parts, text, metric } = await start();
    const { caller } = world.call({ cookie: operator.cookie }, parts);
    const { number } = await caller.reception.issue({});
    const { sessionId } = await world.redeem(number, { server: parts });
    const guess = () => world.redeem("999999", { address: "2001:db8:ffff::1", server: parts });
    let code = "";
    for (let tries = 0; code !== "RECEPTION_THROTTLED" && tries < 50; tries += 1) {
      ({ code } = await refusal(guess()));
    }
    expect(await metric("receptions_total", 'event="issued"')).toBe(1);
    expect(await metric("receptions_total", 'event="redeemed"')).toBe(1);
    expect(await metric("calls_total", 'procedure="reception.issue",outcome="ok"')).toBe(1);
    expect(await metric("calls_total", 'outcome="RECEPTION_UNKNOWN"')).toBeGreaterThan(0);
    expect(await metric("throttled_total")).toBe(1);
    expect(await metric("throttled_total", 'code="RECEPTION_THROTTLED"')).toBe(1);
    expect(await metric("call_seconds_count", 'procedure="reception.issue"')).toBe(1);
    expect(await metric("call_seconds_sum", 'procedure="reception.issue"')).toBeGreaterThan(0);
    const all = await text();
    for (const secret of [sessionId, operator.id, operator.companyId, number, "2001:db8"]) {
      expect(all).not.toContain(secret);
    }
  });

  test("tell requests by what they were for, also those of a foreign host", async () => {
    const { origin, metric } = await start();
    await (await fetch(`${origin}/`)).text();
    await (await fetch(`${origin}/api/trpc/relay.heartbeat`, { method: "POST", body: "{}" })).text();
    expect(await metric("http_requests_total", 'area="page",outcome="4xx"')).toBe(1);
    expect(await metric("http_requests_total", 'area="trpc",outcome="4xx"')).toBe(1);
    expect(await metric("http_seconds_count", 'area="trpc"')).toBe(1);
    expect(await metric("http_requests_total", 'area="metrics",outcome="2xx"')).toBeGreaterThan(0);
  });

  test("tell event streams apart from requests that are answered, by count and by time", async () => {
    const { parts, origin, metric } = await start();
    const stream = request(`${origin}/api/trpc/console.watch`, {
      headers: { host: parts.env.PUBLIC_URL.host, accept: "text/event-stream", cookie: operator.cookie },
    });
    const [answer] = await once(stream.end(), "response");
    expect(answer.headers["content-type"]).toContain("text/event-stream");
    expect(await metric("subscriptions", 'procedure="console.watch"')).toBe(1);
    stream.destroy();
    await expect.poll(() => metric("http_requests_total", 'area="stream",outcome="2xx"')).toBe(1);
    await expect.poll(() => metric("subscriptions")).toBe(0);
    expect(await metric("http_seconds_count", 'area="trpc"')).toBe(0);
  });

  test("tell the streams that are open, and none that has ended", async () => {
    const { parts, metric } = await start();
    const { caller } = world.call({ cookie: operator.cookie }, parts);
    const views = (await caller.console.watch())[Symbol.asyncIterator]();
    await views.next();
    expect(await metric("subscriptions", 'procedure="console.watch"')).toBe(1);
    await views.return?.();
    expect(await metric("subscriptions")).toBe(0);
    expect(await metric("calls_total", 'procedure="console.watch",outcome="ok"')).toBe(1);
  });

  test("tell sign-ins by what came of them, and accounts that are locked", async () => {
    const { parts, metric } = await start();
    await createCompany(world.db, { code: "acme", name: "Acme" }, [
      { code: "anna", name: "Anna", role: "administrator", password: "Right-pass1" },
    ]);
    const { origin } = parts.env.PUBLIC_URL;
    const ask = (path: string, init: RequestInit = {}) =>
      answerAuthRequest(
        new Request(`${origin}/api/auth/${path}`, {
          ...init,
          headers: { ...init.headers, origin, [CLIENT_ADDRESS_HEADER]: "192.0.2.7" },
        }),
        parts,
      );
    const signIn = async (password: string) => {
      const csrf = await ask("csrf");
      const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await csrf.json());
      await ask("callback/operator", {
        method: "POST",
        headers: {
          cookie: csrf.headers.getSetCookie().join("; "),
          "content-type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({ csrfToken, companyCode: "acme", operatorCode: "anna", password }),
      });
    };
    await signIn("Right-pass1");
    // The policy bears five.
    for (let tries = 0; tries < 6; tries += 1) await signIn("Wrong-pass1");
    expect(await metric("sign_ins_total", 'way="operator",outcome="ok"')).toBe(1);
    expect(await metric("sign_ins_total", 'way="operator",outcome="SIGN_IN_FAILED"')).toBe(6);
    expect(await metric("sign_in_seconds_count", 'way="operator"')).toBe(7);
    expect(await metric("lockouts_total")).toBe(1);
    expect(await metric("locked_accounts")).toBe(1);
    expect(await metric("sign_in_queue")).toBe(0);
  });

  test("tell sessions, relays and connections as they are", async () => {
    const { parts, metric } = await start();
    const before = await metric("sessions", 'phase="waiting"');
    await world.heartbeat({ relayId: "relay-silent" });
    world.advance(60_000);
    await world.heartbeat();
    await world.heartbeat({ relayId: "relay-2", state: "draining" });
    await world.heartbeat({ relayId: "relay-old", protocolVersion: SIGNALLING_PROTOCOL_VERSION + 1 });
    await world.heartbeat({ relayId: "relay-dead" });
    await world.db.relay.update({ where: { id: "relay-dead" }, data: { givenUpAt: world.now() } });
    await world.waiting(operator);
    await world.accepted(operator);
    await world.live(operator);
    await operator.caller.reception.issue({});
    expect(await metric("sessions", 'phase="waiting"')).toBe(before + 1);
    expect(await metric("sessions", 'phase="accepted"')).toBe(1);
    expect(await metric("sessions", 'phase="live"')).toBe(1);
    expect(await metric("live_numbers")).toBe(1);
    for (const state of ["ready", "draining", "given_up", "silent", "other_protocol"]) {
      expect(await metric("relays", `state="${state}"`), state).toBe(1);
    }
    expect(await metric("database_up")).toBe(1);
    expect(await metric("database_connections_max")).toBe(10);
    expect(await metric("database_waiting")).toBe(0);
    // A transaction holds a connection until it ends.
    await parts.db.$transaction(async (tx) => {
      await tx.company.count();
      expect(await metric("database_connections", 'state="busy"')).toBe(1);
    });
  });

  test("tell messages that wait, fail and are given up", async () => {
    const { parts, metric } = await start();
    const queue = () =>
      queueMail(world.db, world.env, {
        to: "aoki@example.com",
        locale: "ja",
        template: "password_reset",
        name: "青木",
        code: "aoki",
        url: "https://support.example.com/set-password#a-secret-of-128-bits",
      });
    await world.db.outgoingMail.deleteMany();
    await queue();
    const createdAt = new Date(world.now().getTime() - 90_000);
    await world.db.outgoingMail.updateMany({ data: { createdAt, nextAttemptAt: createdAt } });
    expect(await metric("outbox_mails", 'state="waiting"')).toBe(1);
    expect(await metric("outbox_oldest_seconds")).toBeCloseTo(90, 1);
    // Nothing listens there.
    const env = { ...parts.env, SMTP_URL: "smtp://127.0.0.1:9" };
    const ctx = { ...parts, env, actor: { kind: "system" }, clientAddress: null } as const;
    await sendMail(ctx);
    expect(await metric("outbox_mails", 'state="failed"')).toBe(1);
    expect(await metric("mails_total", 'outcome="retry"')).toBe(1);
    world.advance(60 * 60_000);
    await sendMail(ctx);
    expect(await metric("outbox_mails")).toBe(0);
    expect(await metric("mails_total", 'outcome="given_up"')).toBe(1);
  });

  test("say that the database is away, and no old figures", async () => {
    const { parts } = await start();
    const db = createDatabase("postgresql://127.0.0.1:9/none");
    const endpoint = new MetricsEndpoint({ ...parts, metrics: new ManagementMetrics(), db });
    const server = createHttpServer(
      parts.env,
      async () => undefined,
      () => undefined,
      (request, response) => endpoint.take(request, response),
    );
    servers.push(server);
    const text = await (await fetch(`${await listen(server)}/api/metrics`)).text();
    expect(text).toContain("madoguchi_management_database_up 0");
    expect(text).not.toMatch(/^madoguchi_management_(sessions|relays|live_numbers|outbox_mails)[ {]/m);
    await db.$disconnect();
  });
});

describe("who may read the metrics", () => {
  test("is a program of this machine, under whatever name, and nobody who comes through a proxy", async () => {
    const { origin } = await start();
    const answer = await fetch(`${origin}/api/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("text/plain");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const passedOn: Record<string, string>[] = [
      { "x-forwarded-for": "127.0.0.1" },
      { forwarded: "for=127.0.0.1" },
      { via: "1.1 proxy" },
      { "x-real-ip": "127.0.0.1" },
    ];
    for (const headers of passedOn) {
      expect((await fetch(`${origin}/api/metrics`, { headers })).status).toBe(404);
    }
    expect((await fetch(`${origin}/api/metrics`, { method: "POST" })).status).toBe(404);
  });

  test("is whoever the setting names", async () => {
    const { origin } = await start({ METRICS_ALLOW: "192.0.2.0/24, 2001:db8::/32" });
    expect((await fetch(`${origin}/api/metrics`)).status).toBe(404);
  });

  test("finds them on a port of their own, and then nowhere else", async () => {
    const { parts } = await start();
    // Any free port: what the environment cannot ask for.
    const endpoint = new MetricsEndpoint({
      ...parts,
      metrics: new ManagementMetrics(),
      env: { ...parts.env, METRICS_PORT: 0 },
    });
    const front = createHttpServer(
      parts.env,
      async () => undefined,
      () => undefined,
      (request, response) => endpoint.take(request, response),
    );
    servers.push(front);
    expect((await fetch(`${await listen(front)}/api/metrics`)).status).toBe(404);
    const own = await endpoint.listen();
    if (!own) throw new Error("There is no port.");
    servers.push(own);
    const address = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
    expect(await (await fetch(`${address}/api/metrics`)).text()).toContain("madoguchi_management_info");
    expect((await fetch(`${address}/api/health`)).status).toBe(404);
    expect((await fetch(`${address}/api/metrics`, { headers: { via: "1.1 proxy" } })).status).toBe(404);
  });
});
