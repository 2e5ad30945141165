import type { AuthOptions, RequestInternal } from "next-auth";
import credentialsModule from "next-auth/providers/credentials";
import type { ZodType } from "zod";
import { type Environment, isSecure } from "@/env";
import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import { isDatabaseGone } from "@/server/db/is-database-gone";
import { accountOf, accountSubject } from "@/server/domain/accounts/account-ref";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";
import { readClientAddress } from "@/server/http/client-address";
import { ownOrigins } from "@/server/http/own-origin";
import type { Outcome, SignInWay } from "@/server/monitoring/management-metrics";
import { commonJsDefault } from "./common-js-default";
import { signInCookieName } from "./cookies";
import { resolveSignIn, revokeSignIn } from "./current-sign-in";
import { type Browser, signInOperator, signInProvider } from "./sign-in";
import {
  operatorSignInSchema,
  passkeySignInSchema,
  providerSignInSchema,
  secondFactorSchema,
} from "./sign-in-input";
import {
  readSignInSecret,
  SIGN_IN_COOKIE_MAX_AGE_SECONDS,
  signInTokenKey,
  signInTokenSchema,
} from "./sign-in-token";
import { signInWithPasskey } from "./sign-in-with-passkey";
import { signInWithSecondFactor } from "./sign-in-with-second-factor";

const Credentials = commonJsDefault(credentialsModule);

type Parts = Pick<ServiceContext, "db" | "notifications" | "env" | "log" | "metrics" | "now">;
type SignIn<Input> = (ctx: ServiceContext, input: Input, browser: Browser) => Promise<string>;

/**
 * next-auth's part of signing in: the cookie, its encryption, CSRF tokens and the routes. Who may sign in is decided in
 * sign-in.ts, and whether a sign-in still holds in current-sign-in.ts; the cookie carries that row's secret alone.
 */
export function createNextAuthOptions(parts: Parts): AuthOptions {
  const { env, log } = parts;
  return {
    secret: signInTokenKey(env),
    useSecureCookies: isSecure(env),
    pages: { signIn: "/signin", error: "/signin" },
    session: { strategy: "jwt", maxAge: SIGN_IN_COOKIE_MAX_AGE_SECONDS },
    cookies: {
      sessionToken: {
        name: signInCookieName(env),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure(env) },
      },
    },
    providers: [
      Credentials({
        id: "operator",
        credentials: { companyCode: {}, operatorCode: {}, password: {} },
        authorize: (typed, request) =>
          authorize(parts, "operator", operatorSignInSchema, signInOperator, typed, request),
      }),
      Credentials({
        id: "provider",
        credentials: { providerCode: {}, password: {} },
        authorize: (typed, request) =>
          authorize(parts, "provider", providerSignInSchema, signInProvider, typed, request),
      }),
      Credentials({
        id: "second_factor",
        credentials: { code: {}, recoveryCode: {}, passkey: {} },
        authorize: (typed, request) =>
          authorize(
            parts,
            "second_factor",
            secondFactorSchema,
            signInWithSecondFactor,
            typed,
            request,
            "SECOND_FACTOR_FAILED",
          ),
      }),
      Credentials({
        id: "passkey",
        credentials: { response: {} },
        authorize: (typed, request) =>
          authorize(
            parts,
            "passkey",
            passkeySignInSchema,
            signInWithPasskey,
            typed,
            request,
            "PASSKEY_FAILED",
          ),
      }),
    ],
    callbacks: {
      // `user` is there at sign-in only: its id is the secret that `authorize` answered with.
      jwt: ({ token, user }) => (user ? { signInSecret: user.id } : token),
      // Who is signed in is told by `viewer.me`, from the database; this route tells nothing.
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => ownAddress(url, baseUrl, env),
    },
    events: {
      signOut: async ({ token }) => {
        await signOut(parts, signInTokenSchema.safeParse(token).data?.signInSecret);
      },
    },
    logger: {
      error: (code, metadata) =>
        log.error({ code, err: metadata instanceof Error ? metadata : undefined }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

/** Who signed out is written down; the address is not known here. */
async function signOut(parts: Parts, secret: string | undefined): Promise<void> {
  const { db, now } = parts;
  const signIn = await resolveSignIn(db, secret, now(), { touch: false, clientAddress: null });
  await revokeSignIn(db, secret, now());
  if (!signIn) return;
  const { actor } = signIn;
  await recordAuditEvent(
    db,
    { actor, now, clientAddress: null },
    {
      action: "sign_in.signed_out",
      subject: accountSubject(accountOf(actor)),
      companyId: actor.kind === "operator" ? actor.companyId : null,
    },
  );
}

/** Where next-auth may send a browser: an address of this server, whatever was asked for. */
function ownAddress(wanted: string, baseUrl: string, env: Environment): string {
  if (!URL.canParse(wanted, baseUrl)) return baseUrl;
  const url = new URL(wanted, baseUrl);
  return ownOrigins(env).has(url.origin) ? url.href : baseUrl;
}

/** next-auth passes the message of whatever is thrown on to the browser, so only codes of the error table are thrown. */
async function authorize<Input>(
  parts: Parts,
  way: SignInWay,
  schema: ZodType<Input>,
  signIn: SignIn<Input>,
  typed: unknown,
  request: Pick<RequestInternal, "headers">,
  unreadable: ErrorCode = "SIGN_IN_FAILED",
): Promise<{ id: string }> {
  const startedAt = performance.now();
  const tell = (outcome: Outcome) =>
    parts.metrics.triedToSignIn(way, outcome, (performance.now() - startedAt) / 1000);
  const refuse = (code: ErrorCode) => {
    tell(code);
    return new Error(code);
  };
  // What cannot be an account is no account; that it costs no argon2 tells only what the typist knows already.
  const input = schema.safeParse(typed);
  if (!input.success) throw refuse(unreadable);
  let secret: string;
  try {
    const headers = new Headers(request.headers);
    const ctx: ServiceContext = {
      ...parts,
      actor: { kind: "anonymous" },
      clientAddress: readClientAddress(headers),
    };
    secret = await signIn(ctx, input.data, await describeBrowser(headers, parts.env));
  } catch (error) {
    if (error instanceof AppError) throw refuse(error.code);
    parts.log.error({ err: error }, "a sign-in failed");
    throw refuse(isDatabaseGone(error) ? "UNAVAILABLE" : "INTERNAL");
  }
  tell("ok");
  return { id: secret };
}

async function describeBrowser(headers: Headers, env: Environment): Promise<Browser> {
  return {
    userAgent: headers.get("user-agent") ?? "",
    formerSecret: await readSignInSecret(headers.get("cookie"), env),
  };
}
