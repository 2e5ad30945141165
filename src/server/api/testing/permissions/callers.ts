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

/**
 * Two companies, everybody in them, and the headers with which the caller comes. Written in few statements, since every cell of
 * the table has its own.
 */
export async function createFacts(server: TestServer, caller: CallerKind) {
  const { db } = server;
  const [companyId, foreignCompanyId] = [newId(), newId()];
  const people = {
    operator: newPerson(companyId, "operator"),
    supervisor: newPerson(companyId, "supervisor"),
    administrator: newPerson(companyId, "administrator"),
    foreignAdministrator: newPerson(foreignCompanyId, "administrator"),
    incomplete: newPerson(companyId, "administrator", "enrolment"),
  };
  await createCompanies(server, [companyId, foreignCompanyId]);
  await createPeople(server, Object.values(people));
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

  const headers = async (): Promise<Record<string, string>> => {
    switch (caller) {
      case "anonymous":
        return {};
      case "customer":
        return { cookie: `madoguchi_ticket=${ticket.secret}` };
      case "relay":
        return { authorization: `Bearer ${server.env.RELAY_SECRET.toString("base64url")}` };
      case "provider":
        return { cookie: await server.cookieOf(provider.secret) };
      default:
        return { cookie: await server.cookieOf(people[caller].secret) };
    }
  };
  return {
    server,
    headers: await headers(),
    companyId,
    foreignCompanyId,
    provider,
    people,
    session,
    reception,
    number,
    relay,
    /** Another account of the company, that nobody of the callers is. */
    colleague: async () => {
      const colleague = newPerson(companyId, "operator");
      await createPeople(server, [colleague]);
      return colleague.operatorId;
    },
    /** A company that nobody of the callers belongs to, with an administrator of its own. */
    otherCompany: async () => {
      const id = newId();
      await createCompanies(server, [id]);
      await createPeople(server, [newPerson(id, "administrator")]);
      return id;
    },
    otherProvider: async () => (await createProvider(server)).providerAccountId,
  };
}

interface Person {
  readonly operatorId: string;
  readonly companyId: string;
  readonly role: OperatorRole;
  readonly stage: SignInStage;
  readonly signInId: string;
  readonly secret: string;
  readonly secretHash: Uint8Array<ArrayBuffer>;
}

/** Somebody with an account and one sign-in, who is nowhere yet. */
function newPerson(companyId: string, role: OperatorRole, stage: SignInStage = "complete"): Person {
  const { secret, hash: secretHash } = createRandomSecret();
  return { operatorId: newId(), companyId, role, stage, signInId: newId(), secret, secretHash };
}

async function createCompanies({ db }: TestServer, ids: readonly string[]): Promise<void> {
  await db.company.createMany({ data: ids.map((id) => ({ id, code: `c-${id}`, name: "A company" })) });
  await db.companyPolicy.createMany({ data: ids.map((companyId) => ({ companyId })) });
}

async function createPeople(server: TestServer, people: readonly Person[]): Promise<void> {
  const passwordHash = await hashOfPassword();
  await server.db.operator.createMany({
    data: people.map(({ operatorId, companyId, role }) => ({
      id: operatorId,
      companyId,
      code: `o-${operatorId}`,
      name: "Somebody",
      email: "somebody@example.com",
      role,
      passwordHash,
      passwordChangedAt: server.now(),
    })),
  });
  await server.db.signIn.createMany({
    data: people.map(({ operatorId, stage, signInId, secretHash }) => ({
      ...signInRow(server, signInId, secretHash),
      operatorId,
      stage,
    })),
  });
}

async function createProvider(
  server: TestServer,
): Promise<{ providerAccountId: string; signInId: string; secret: string }> {
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
  const { secret, hash } = createRandomSecret();
  const signInId = newId();
  await server.db.signIn.create({
    data: { ...signInRow(server, signInId, hash), providerAccountId, stage: "complete" },
  });
  return { providerAccountId, signInId, secret };
}

function hashOfPassword(): Promise<string> {
  passwordHash ??= hashPassword(PASSWORD);
  return passwordHash;
}

function signInRow(server: TestServer, id: string, secretHash: Uint8Array<ArrayBuffer>) {
  return {
    id,
    secretHash,
    clientAddress: "192.0.2.1",
    userAgent: "test",
    lastSeenAt: server.now(),
    expiresAt: new Date(server.now().getTime() + DAY_MS),
  };
}
