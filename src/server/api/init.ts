import { createHash, timingSafeEqual } from "node:crypto";
import { initTRPC } from "@trpc/server";
import superjson from "superjson";
import { AppError } from "@/lib/app-error";
import { assertUnreachable } from "@/lib/assert-unreachable";
import type { Actor, OperatorActor, ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { mayChangeThings, ownOrigins } from "@/server/http/own-origin";
import type { ApiContext } from "./context";
import { countWhileOpen } from "./count-while-open";
import { endWithSignIn } from "./end-with-sign-in";
import { formatError, toAppError, toTrpcError } from "./error-formatter";

/**
 * The ladder of procedures. Each router picks the rung that says who may call; what it hands to the domain is a
 * `ServiceContext` whose actor has the type of that rung.
 */

/** Shorter than the idle limits of common proxies (nginx and AWS: 60 s), and how soon a browser notices a dead server. */
const SSE_PING_INTERVAL_MS = 10_000;
const SSE_RECONNECT_AFTER_SILENCE_MS = 25_000;

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  isDev: false,
  errorFormatter: ({ shape, error }) => formatError(shape, error),
  sse: {
    ping: { enabled: true, intervalMs: SSE_PING_INTERVAL_MS },
    client: { reconnectAfterInactivityMs: SSE_RECONNECT_AFTER_SILENCE_MS },
  },
});

export const createRouter = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Turns whatever was thrown into a refusal of the table, logs what nobody meant to happen, and counts what became of the call. */
const refuseByCode = t.middleware(async ({ ctx, path, type, next }) => {
  const startedAt = performance.now();
  const result = await next();
  const seconds = type === "subscription" ? null : (performance.now() - startedAt) / 1000;
  if (result.ok) {
    ctx.metrics.called(path, "ok", seconds);
    return countWhileOpen(ctx.metrics, path, result);
  }
  const refusal = toAppError(result.error);
  ctx.metrics.called(path, refusal.code, seconds);
  if (refusal.status >= 500)
    ctx.log.error({ err: result.error.cause ?? result.error, path }, "a call failed");
  else ctx.log.debug({ code: refusal.code, path }, "a call was refused");
  throw toTrpcError(refusal);
});

const requireOwnOrigin = t.middleware(({ ctx, type, next }) => {
  if (type === "mutation" && !mayChangeThings(ctx.headers, ownOrigins(ctx.env))) {
    throw new AppError("ORIGIN_REFUSED");
  }
  return next();
});

function as<A extends Actor>(ctx: ApiContext, actor: A): { readonly actor: A } & ServiceContext<A> {
  const { db, notifications, env, log, metrics, clientAddress, now } = ctx;
  return { actor, db, notifications, env, log, metrics, clientAddress, now };
}

const anyProcedure = t.procedure.use(refuseByCode);
const browserProcedure = anyProcedure.use(requireOwnOrigin);

/** Anybody. */
export const publicProcedure = browserProcedure.use(({ ctx, next }) =>
  next({ ctx: as(ctx, { kind: "anonymous" }) }),
);

/** A customer's browser; whether its ticket still opens a session, the use case decides. */
export const customerProcedure = browserProcedure.use(({ ctx, next }) =>
  next({ ctx: as(ctx, { kind: "customer", ticketHash: ctx.ticketHash }) }),
);

/** Somebody who has signed in, however far: what a browser needs to take the next step. */
export const anySignInProcedure = browserProcedure.use(async ({ ctx, next }) => {
  const signIn = await ctx.partialSignIn();
  if (!signIn) throw new AppError("UNAUTHENTICATED");
  return next({ ctx: { ...as(ctx, signIn.actor), stage: signIn.stage } });
});

/**
 * Somebody about the own account, an operator or one of the provider's. Every factor that the account has was right; that
 * a step is still missing does not matter, as these are the steps. What may be done before it, the use case says.
 */
export const accountProcedure = anySignInProcedure.use(({ ctx, next }) => {
  if (ctx.stage === "second_factor") throw new AppError("SIGN_IN_INCOMPLETE");
  return next();
});

/** Whoever is signed in completely. */
async function completeSignIn(ctx: ApiContext): Promise<OperatorActor | ProviderActor> {
  const signIn = await ctx.partialSignIn();
  if (!signIn) throw new AppError("UNAUTHENTICATED");
  if (signIn.stage !== "complete") throw new AppError("SIGN_IN_INCOMPLETE");
  return signIn.actor;
}

/** Somebody signed in to a company, whatever the role. */
export const operatorProcedure = browserProcedure.use(async ({ ctx, next, type, signal }) => {
  const actor = await completeSignIn(ctx);
  if (actor.kind !== "operator") throw new AppError("FORBIDDEN");
  const result = await next({ ctx: as(ctx, actor) });
  return type === "subscription" ? endWithSignIn(ctx, actor.signInId, result, signal) : result;
});

/** A company's supervisor or administrator. */
export const supervisorProcedure = operatorProcedure.use(({ ctx, next }) => {
  switch (ctx.actor.role) {
    case "administrator":
    case "supervisor":
      return next();
    case "operator":
      throw new AppError("FORBIDDEN");
    default:
      return assertUnreachable(ctx.actor.role);
  }
});

/** A company's administrator. */
export const adminProcedure = operatorProcedure.use(({ ctx, next }) => {
  switch (ctx.actor.role) {
    case "administrator":
      return next();
    case "supervisor":
    case "operator":
      throw new AppError("FORBIDDEN");
    default:
      return assertUnreachable(ctx.actor.role);
  }
});

/** Somebody who runs the service. */
export const providerProcedure = browserProcedure.use(async ({ ctx, next, type, signal }) => {
  const actor = await completeSignIn(ctx);
  if (actor.kind !== "provider") throw new AppError("FORBIDDEN");
  const result = await next({ ctx: as(ctx, actor) });
  return type === "subscription" ? endWithSignIn(ctx, actor.signInId, result, signal) : result;
});

/** A relay. It proves itself with a header that no browser sends by itself, so the origin does not matter. */
export const relayProcedure = anyProcedure.use(({ ctx, next }) => {
  const bearer = /^Bearer ([A-Za-z0-9_-]{1,200})$/.exec(ctx.headers.get("authorization") ?? "")?.[1] ?? "";
  if (!timingSafeEqual(sha256(Buffer.from(bearer, "base64url")), sha256(ctx.env.RELAY_SECRET))) {
    throw new AppError("UNAUTHENTICATED");
  }
  return next({ ctx: as(ctx, { kind: "relay" }) });
});

/** Both sides hashed, so that neither content nor length shows in the time that comparing takes. */
function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
