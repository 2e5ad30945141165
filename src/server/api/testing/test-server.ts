import { encode } from "next-auth/jwt";
import { type Environment, parseEnvironment } from "@/env";
import { parseJson } from "@/lib/parse-json";
import { createApiContext, type ServerParts } from "@/server/api/context";
import { answerTrpcRequest } from "@/server/api/handle-request";
import { createCallerFactory } from "@/server/api/init";
import { appRouter } from "@/server/api/root";
import { signInCookieName } from "@/server/auth/cookies";
import { createRandomSecret } from "@/server/auth/random-secret";
import { signInTokenKey } from "@/server/auth/sign-in-token";
import { createDatabase } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { NotificationHub } from "@/server/db/notifications";
import { DEFAULT_POLICY, PROVIDER_POLICY } from "@/server/domain/accounts/account-policy";
import { type AccountRef, ownerOf } from "@/server/domain/accounts/account-ref";
import type { AnonymousActor, ServiceContext } from "@/server/domain/service-context";
import { CLIENT_ADDRESS_HEADER } from "@/server/http/client-address";
import { testVariables } from "@/server/http/testing/test-variables";
import { getLogger } from "@/server/logging";
import { type MailMessage, mailMessageSchema } from "@/server/mail/mail-message";
import { ManagementMetrics } from "@/server/monitoring/management-metrics";
import { unseal } from "@/server/sealing/seal";
import { createTestDatabase } from "@/server/testing/database";

/** Everything of a management server but its sockets: a real database, real notifications, a clock that the test turns. */
export type TestServer = Awaited<ReturnType<typeof createTestServer>>;

const createCaller = createCallerFactory(appRouter);

/** A server on a database of its own; whoever makes it closes it. */
export async function createTestServer(variables: Record<string, string> = {}) {
  const database = await createTestDatabase();
  const env: Environment = parseEnvironment({ ...testVariables(database.url), ...variables });
  const log = getLogger("silent");
  const db = createDatabase(database.url, { poolSize: 5 });
  const notifications = new NotificationHub(database.url, log);
  let aheadMs = 0;
  const metrics = new ManagementMetrics();
  const now = () => new Date(Date.now() + aheadMs);
  const parts: ServerParts = { env, db, notifications, log, metrics, now };

  return {
    ...parts,
    databaseUrl: database.url,
    /** Turns the server's clock forward. */
    passTime(ms: number): void {
      aheadMs += ms;
    },
    /** What the domain gets from somebody unknown. */
    anonymous(clientAddress = "192.0.2.1"): ServiceContext<AnonymousActor> {
      return { ...parts, actor: { kind: "anonymous" }, clientAddress };
    },
    /** A complete sign-in of an account, without the steps that lead there; its secret. */
    async signInDirectly(account: AccountRef): Promise<string> {
      const { secret, hash } = createRandomSecret();
      const now = parts.now();
      const policy = account.operatorId === undefined ? PROVIDER_POLICY : DEFAULT_POLICY;
      await db.signIn.create({
        data: {
          id: newId(),
          secretHash: hash,
          ...ownerOf(account),
          methods: ["password"],
          clientAddress: "192.0.2.1",
          userAgent: "test",
          createdAt: now,
          lastSeenAt: now,
          expiresAt: new Date(now.getTime() + policy.signInAbsoluteMinutes * 60_000),
        },
      });
      return secret;
    },
    /** The letters that wait in the outbox, the first one first. */
    async letters(): Promise<MailMessage[]> {
      const rows = await db.outgoingMail.findMany({ orderBy: { id: "asc" } });
      return rows.map(({ id, sealedMessage }) =>
        mailMessageSchema.parse(parseJson(unseal(env, "outgoing mail", id, sealedMessage).toString())),
      );
    },
    /** The cookie header of a browser with this sign-in. */
    async cookieOf(signInSecret: string): Promise<string> {
      const token = await encode({ token: { signInSecret }, secret: signInTokenKey(env) });
      return `${signInCookieName(env)}=${token}`;
    },
    /** The API as somebody with these headers calls it. */
    caller(headers: Record<string, string>, resHeaders = new Headers()) {
      return createCaller(createApiContext({ headers: new Headers(headers), resHeaders }, parts));
    },
    /** The same on a server that differs in some part. */
    callerWith(differs: Partial<ServerParts>, headers: Record<string, string>) {
      const context = { headers: new Headers(headers), resHeaders: new Headers() };
      return createCaller(createApiContext(context, { ...parts, ...differs }));
    },
    /** One request to the API, as the route gets it. */
    fetch(path: string, init: RequestInit = {}): Promise<Response> {
      const headers = new Headers(init.headers);
      headers.set(CLIENT_ADDRESS_HEADER, "192.0.2.1");
      return answerTrpcRequest(new Request(`${env.PUBLIC_URL.origin}${path}`, { ...init, headers }), parts);
    },
    async close(): Promise<void> {
      await notifications.close();
      await db.$disconnect();
      await database.drop();
    },
  };
}
