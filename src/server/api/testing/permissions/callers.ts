import { hashPassword } from "@/server/auth/password-hash";
import { createRandomSecret } from "@/server/auth/random-secret";
import type { OperatorRole, SignInStage } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { drawReceptionNumber } from "@/server/domain/receptions/draw-reception-number";
import { hashReceptionNumber } from "@/server/domain/receptions/number-hash";
import type { TestServer } from "../test-server";

/** Every kind of caller that the API tells apart; `foreignAdministrator` asks with the ids of a company that is not his. */
export const callerKinds = [
  "anonymous",
  "customer",
  "operator",
  "supervisor",
  "administrator",
  "foreignAdministrator",
  "incomplete",
  "provider",
  "relay",
] as const;
export type CallerKind = (typeof callerKinds)[number];

/** A row for every table that a caller can point at, made fresh for each call, so that no cell sees what another one did. */
export type Facts = Awaited<ReturnType<typeof createFacts>>;

const DAY_MS = 24 * 60 * 60 * 1000;
/** Everybody's. Hashed once: a cell takes its accounts from the row, not from the work of making them. */
export const PASSWORD = "Right-pass1";
let passwordHash: Promise<string> | undefined;

/** Two companies, everybody in them, and the headers with which each kind of caller comes. */
export async function createFacts(server: TestServer) {
  const { db } = server;
  const companyId = await createCompany(server);
  const foreignCompanyId = await createCompany(server);
  const people = {
    operator: await createPerson(server, companyId, "operator"),
    supervisor: await createPerson(server, companyId, "supervisor"),
    administrator: await createPerson(server, companyId, "administrator"),
    foreignAdministrator: await createPerson(server, foreignCompanyId, "administrator"),
    incomplete: await createPerson(server, companyId, "administrator", "enrolment"),
  };
  const provider = await createProvider(server);
  const ticket = createRandomSecret();

  /** A session of the company's operator; the customer's ticket opens the one made last. */
  const session = async (phase: "waiting" | "accepted" | "live" | "ended"): Promise<string> => {
    const id = newId();
    const receptionId = await reception("used");
    const now = server.now();
    await db.supportSession.updateMany({ where: { ticketHash: ticket.hash }, data: { ticketHash: null } });
    await db.supportSession.create({
      data: {
        id,
        companyId,
        operatorId: people.operator.operatorId,
        receptionId,
        ticketHash: ticket.hash,
        phase,
        createdAt: now,
        permissions: { view: true, pointer: true, control: false, clipboard: false, file: false },
        ...(phase !== "waiting" && { acceptedAt: now }),
        ...((phase === "live" || phase === "ended") && { startedAt: now, lastPresentAt: now }),
        ...(phase === "live" && { relayId: await relay() }),
        ...(phase === "ended" && { endedAt: now, endReason: "ended_by_operator" as const }),
      },
    });
    return id;
  };
  const reception = async (state: "live" | "used"): Promise<string> => {
    const id = newId();
    await db.receptionNumber.create({
      data: {
        id,
        companyId,
        operatorId: people.operator.operatorId,
        numberHash: createRandomSecret().hash,
        state,
        expiresAt: new Date(server.now().getTime() + DAY_MS),
      },
    });
    return id;
  };
  /** A live number that anybody may redeem. */
  const number = async (): Promise<string> => {
    const digits = drawReceptionNumber();
    const id = await reception("live");
    const numberHash = hashReceptionNumber(server.env.NUMBER_KEY, digits);
    await db.receptionNumber.update({ where: { id }, data: { numberHash } });
    return digits;
  };
  const relay = async (): Promise<string> => {
    const facts = {
      region: "default",
      version: "0.1.0",
      protocolVersion: 1,
      publicUrl: "wss://relay.example:443",
      // Nothing listens there: a command is refused at once.
      commandUrl: "http://127.0.0.1:9",
      state: "ready" as const,
      workers: 1,
      load: 0,
      sessions: 0,
      lastHeartbeatAt: server.now(),
    };
    await db.relay.upsert({ where: { id: "relay-1" }, create: { id: "relay-1", ...facts }, update: facts });
    return "relay-1";
  };

  const headers: Record<CallerKind, Record<string, string>> = {
    anonymous: {},
    customer: { cookie: `madoguchi_ticket=${ticket.secret}` },
    operator: { cookie: people.operator.cookie },
    supervisor: { cookie: people.supervisor.cookie },
    administrator: { cookie: people.administrator.cookie },
    foreignAdministrator: { cookie: people.foreignAdministrator.cookie },
    incomplete: { cookie: people.incomplete.cookie },
    provider: { cookie: provider.cookie },
    relay: { authorization: `Bearer ${server.env.RELAY_SECRET.toString("base64url")}` },
  };
  return {
    server,
    headers,
    companyId,
    foreignCompanyId,
    provider,
    people,
    session,
    reception,
    number,
    relay,
    /** Another account of the company, that nobody of the callers is. */
    colleague: async () => (await createPerson(server, companyId, "operator")).operatorId,
    /** A company that nobody of the callers belongs to, with an administrator of its own. */
    otherCompany: async () => {
      const id = await createCompany(server);
      await createPerson(server, id, "administrator");
      return id;
    },
    otherProvider: async () => (await createProvider(server)).providerAccountId,
  };
}

async function createCompany({ db }: TestServer): Promise<string> {
  const id = newId();
  await db.company.create({ data: { id, code: `c-${id}`, name: "A company", policy: { create: {} } } });
  return id;
}

async function createPerson(
  server: TestServer,
  companyId: string,
  role: OperatorRole,
  stage: SignInStage = "complete",
): Promise<{ operatorId: string; signInId: string; cookie: string }> {
  const operatorId = newId();
  await server.db.operator.create({
    data: {
      id: operatorId,
      companyId,
      code: `o-${operatorId}`,
      name: "Somebody",
      email: "somebody@example.com",
      role,
      passwordHash: await hashOfPassword(),
      passwordChangedAt: server.now(),
    },
  });
  return { operatorId, ...(await createSignIn(server, { operatorId }, stage)) };
}

async function createProvider(
  server: TestServer,
): Promise<{ providerAccountId: string; signInId: string; cookie: string }> {
  const providerAccountId = newId();
  await server.db.providerAccount.create({
    data: {
      id: providerAccountId,
      code: `p-${providerAccountId}`,
      name: "Somebody",
      email: "somebody@example.com",
      passwordHash: await hashOfPassword(),
      passwordChangedAt: server.now(),
    },
  });
  return { providerAccountId, ...(await createSignIn(server, { providerAccountId }, "complete")) };
}

function hashOfPassword(): Promise<string> {
  passwordHash ??= hashPassword(PASSWORD);
  return passwordHash;
}

async function createSignIn(
  server: TestServer,
  owner: { operatorId: string } | { providerAccountId: string },
  stage: SignInStage,
): Promise<{ signInId: string; cookie: string }> {
  const { secret, hash } = createRandomSecret();
  const signInId = newId();
  await server.db.signIn.create({
    data: {
      id: signInId,
      secretHash: hash,
      ...owner,
      stage,
      clientAddress: "192.0.2.1",
      userAgent: "test",
      lastSeenAt: server.now(),
      expiresAt: new Date(server.now().getTime() + DAY_MS),
    },
  });
  return { signInId, cookie: await server.cookieOf(secret) };
}
