import { randomUUID } from "node:crypto";
import { type Environment, getEnvironment } from "@/env";
import { customerTicketCookieName, parseCookies } from "@/server/auth/cookies";
import { type PartialSignIn, resolveSignIn } from "@/server/auth/current-sign-in";
import { hashRandomSecret } from "@/server/auth/random-secret";
import { readSignInSecret } from "@/server/auth/sign-in-token";
import { type Database, getDatabase } from "@/server/db/client";
import { getNotificationHub, type NotificationHub } from "@/server/db/notifications";
import type { OperatorActor, ProviderActor } from "@/server/domain/service-context";
import { readClientAddress } from "@/server/http/client-address";
import { getLogger, type Logger } from "@/server/logging";
import { getManagementMetrics, type ManagementMetrics } from "@/server/monitoring/management-metrics";

/** What a server process has one of. */
export interface ServerParts {
  readonly env: Environment;
  readonly db: Database;
  readonly notifications: NotificationHub;
  readonly log: Logger;
  readonly metrics: ManagementMetrics;
  now(): Date;
}

/** Of a request's headers, what is asked of them. */
export type RequestHeaders = Pick<Headers, "get">;
/** Of an answer's headers, what is done with them: `Set-Cookie` is added. */
export type AnswerHeaders = Pick<Headers, "append">;

/** What every procedure sees of its request. */
export interface ApiContext extends ServerParts {
  readonly headers: RequestHeaders;
  /** For `Set-Cookie`; a subscription's headers are sent before its procedure runs. */
  readonly resHeaders: AnswerHeaders;
  readonly clientAddress: string;
  /** Whoever is signed in completely; null: nobody. */
  signIn(): Promise<OperatorActor | ProviderActor | null>;
  /** Whoever has signed in, however far, asked of the database at the first call only; null: nobody. */
  partialSignIn(): Promise<PartialSignIn | null>;
  /** Whether the sign-in still holds and is complete, asked of the database anew. Asking does not count as using it. */
  signInHolds(): Promise<boolean>;
  /** Hash of the customer's ticket; null: none that could be ours. */
  readonly ticketHash: Uint8Array<ArrayBuffer> | null;
}

/** This process's parts. */
export function getServerParts(): ServerParts {
  const env = getEnvironment();
  const log = getLogger(env.LOG_LEVEL);
  return {
    env,
    log,
    metrics: getManagementMetrics(),
    db: getDatabase(env.DATABASE_URL),
    notifications: getNotificationHub(env.DATABASE_URL, log),
    now: () => new Date(),
  };
}

/** The context of one request. Tests hand in parts of their own. */
export function createApiContext(
  request: { readonly headers: RequestHeaders; readonly resHeaders: AnswerHeaders },
  parts: ServerParts = getServerParts(),
): ApiContext {
  const { headers, resHeaders } = request;
  const cookieHeader = headers.get("cookie");
  const clientAddress = readClientAddress(headers);
  const resolve = async (touch: boolean) =>
    resolveSignIn(parts.db, await readSignInSecret(cookieHeader, parts.env), parts.now(), {
      touch,
      clientAddress,
    });
  let known: ReturnType<typeof resolve> | undefined;
  const partialSignIn = () => {
    known ??= resolve(true);
    return known;
  };
  return {
    ...parts,
    log: parts.log.child({ requestId: randomUUID() }),
    headers,
    resHeaders,
    clientAddress,
    signIn: async () => {
      const signIn = await partialSignIn();
      return signIn?.stage === "complete" ? signIn.actor : null;
    },
    partialSignIn,
    signInHolds: async () => (await resolve(false))?.stage === "complete",
    ticketHash: hashRandomSecret(parseCookies(cookieHeader).get(customerTicketCookieName(parts.env))),
  };
}
