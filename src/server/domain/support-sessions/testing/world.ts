import { createPublicKey, randomUUID } from "node:crypto";
import { encode } from "next-auth/jwt";
import type { z } from "zod";
import { parseEnvironment } from "@/env";
import { AppError } from "@/lib/app-error";
import type { DeviceInformation } from "@/protocol/device-information";
import type { heartbeatSchema } from "@/protocol/relay-api";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { createApiContext, type ServerParts } from "@/server/api/context";
import { createCallerFactory } from "@/server/api/init";
import { appRouter } from "@/server/api/root";
import { signInCookieName } from "@/server/auth/cookies";
import { createRandomSecret } from "@/server/auth/random-secret";
import { signInTokenKey } from "@/server/auth/sign-in-token";
import { createDatabase } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { NotificationHub } from "@/server/db/notifications";
import type { OperatorActor, ServiceContext, SystemActor } from "@/server/domain/service-context";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
import { testVariables } from "@/server/http/testing/test-variables";
import { getLogger } from "@/server/logging";
import { ManagementMetrics } from "@/server/monitoring/management-metrics";
import { createTestDatabase } from "@/server/testing/database";

/**
 * A management server in a test: a real database of its own, real notifications, a clock that the test turns, and
 * callers that come in the way browsers do, with cookies.
 */

const createCaller = createCallerFactory(appRouter);

/** Enough that tries of the same instant meet in the database, few enough that test files run side by side. */
const POOL_SIZE = 10;
const YEAR_MS = 365 * 24 * 3_600_000;

/** A caller: the API as one browser (or relay) reaches it. */
export type Caller = ReturnType<typeof createCaller>;

export const device: DeviceInformation = {
  browserName: "Chromium",
  browserVersion: "140",
  osName: "Windows",
  osVersion: "11",
  screenWidth: 1920,
  screenHeight: 1080,
  devicePixelRatio: 1.25,
  language: "ja",
};

export interface TestOperator {
  readonly id: string;
  readonly companyId: string;
  readonly signInId: string;
  /** The cookie header of the operator's browser. */
  readonly cookie: string;
  readonly caller: Caller;
  readonly context: ServiceContext<OperatorActor>;
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** The caller's code of a refusal: what `data.appCode` is to a browser. */
export async function refusal(call: Promise<unknown>): Promise<AppError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AppError) return error;
    if (error instanceof Error && error.cause instanceof AppError) return error.cause;
    throw error;
  }
  throw new Error("The call was expected to be refused, and was not");
}

/**
 * @param options.startAt the test's clock at the beginning
 * @param options.variables differences in the server's environment
 */
export async function createWorld(options: { startAt?: Date; variables?: Record<string, string> } = {}) {
  const database = await createTestDatabase();
  const env = parseEnvironment({ ...testVariables(database.url), ...options.variables });
  const log = getLogger("silent");
  let nowMs = (options.startAt ?? new Date()).getTime();
  const now = () => new Date(nowMs);

  /** One server's parts; a second one has a pool and a LISTEN connection of its own. */
  const closers: (() => Promise<void>)[] = [];
  const createServer = (): ServerParts => {
    const db = createDatabase(database.url, { poolSize: POOL_SIZE });
    const notifications = new NotificationHub(database.url, log);
    closers.push(async () => {
      await notifications.close();
      await db.$disconnect();
    });
    return { env, db, notifications, log, metrics: new ManagementMetrics(), now };
  };
  const parts = createServer();
  const { db } = parts;

  const call = (
    headers: Record<string, string>,
    server: ServerParts = parts,
  ): { caller: Caller; resHeaders: Headers } => {
    const resHeaders = new Headers();
    const all = new Headers({ origin: env.PUBLIC_URL.origin, ...headers });
    return { caller: createCaller(createApiContext({ headers: all, resHeaders }, server)), resHeaders };
  };

  const createCompany = async (region = "default"): Promise<string> => {
    const id = newId();
    // Tests leave many sessions open; those about the plan's limit set their own.
    await db.company.create({
      data: { id, code: `c-${id}`, name: "A company", region, maxSimultaneousSessions: 1_000 },
    });
    return id;
  };

  const createOperator = async (
    companyId: string,
    role: OperatorActor["role"] = "operator",
  ): Promise<TestOperator> => {
    const id = newId();
    const signInId = newId();
    const { secret: signInSecret, hash } = createRandomSecret();
    await db.operator.create({
      data: { id, companyId, code: `o-${id}`, name: "An operator", role, passwordHash: "no password" },
    });
    await db.signIn.create({
      data: {
        id: signInId,
        secretHash: hash,
        operatorId: id,
        clientAddress: "127.0.0.1",
        userAgent: "test",
        // The tests turn the clock by hours and days; nobody is signed out for idling meanwhile.
        createdAt: new Date(nowMs + YEAR_MS),
        lastSeenAt: new Date(nowMs + YEAR_MS),
        expiresAt: new Date(nowMs + YEAR_MS),
      },
    });
    const token = await encode({ token: { signInSecret }, secret: signInTokenKey(env) });
    const cookie = `${signInCookieName(env)}=${token}`;
    const { caller } = call({ cookie });
    const context: ServiceContext<OperatorActor> = {
      ...parts,
      clientAddress: "127.0.0.1",
      actor: {
        kind: "operator",
        operatorId: id,
        operatorName: "An operator",
        companyId,
        companyName: "A company",
        role,
        signInId,
      },
    };
    return { id, companyId, signInId, cookie, caller, context };
  };

  /** Redeems a number in a fresh browser; that browser's caller then carries the ticket. */
  const redeem = async (
    number: string,
    from: { address?: string; server?: ServerParts } = {},
  ): Promise<{ sessionId: string; cookie: string; caller: Caller }> => {
    const address = from.address ?? freshAddress();
    const { caller, resHeaders } = call({ [CLIENT_ADDRESS_HEADER]: address }, from.server);
    const { sessionId } = await caller.reception.redeem({ number, device });
    const cookie = resHeaders.get("set-cookie")?.split(";")[0] ?? "";
    const { caller: afterwards } = call({ cookie, [CLIENT_ADDRESS_HEADER]: address }, from.server);
    return { sessionId, cookie, caller: afterwards };
  };

  const waiting = async (operator: TestOperator) => {
    const { number } = await operator.caller.reception.issue({});
    return redeem(number);
  };

  const accepted = async (operator: TestOperator) => {
    const customer = await waiting(operator);
    await operator.caller.session.accept({ sessionId: customer.sessionId });
    return customer;
  };

  const live = async (operator: TestOperator) => {
    const customer = await accepted(operator);
    const assignment = await customer.caller.customer.agree({ device });
    return { ...customer, assignment };
  };

  const relay = call({ authorization: `Bearer ${env.RELAY_SECRET.toString("base64url")}` }).caller;

  return {
    parts,
    db,
    env,
    publicKey: createPublicKey(env.TOKEN_SIGNING_KEY),
    system: { ...parts, actor: { kind: "system" }, clientAddress: null } as ServiceContext<SystemActor>,
    now,
    /** Turns the clock. */
    advance: (ms: number) => {
      nowMs += ms;
    },
    createServer,
    call,
    createCompany,
    createOperator,
    redeem,
    waiting,
    accepted,
    live,
    relay,
    heartbeat: (differs: Partial<z.input<typeof heartbeatSchema>> = {}) =>
      relay.relay.heartbeat({
        relayId: "relay-1",
        region: "default",
        version: "0.1.0",
        protocolVersion: SIGNALLING_PROTOCOL_VERSION,
        publicUrl: "wss://relay.example:443",
        // Nothing listens there: a command is refused at once.
        commandUrl: "http://127.0.0.1:9",
        state: "ready",
        workers: 2,
        load: 0.1,
        sessions: [],
        ...differs,
      }),
    close: async () => {
      await Promise.all(closers.map((close) => close()));
      await database.drop();
    },
  };
}

let addresses = 0;

/** An IPv6 address in a /64 that no other test browser has. */
export function freshAddress(): string {
  addresses += 1;
  return `2001:db8:${Math.floor(addresses / 65_536).toString(16)}:${(addresses % 65_536).toString(16)}::1`;
}

/** An id of the right form that nothing has. */
export function unknownId(): string {
  return randomUUID();
}
