import type { AuthOptions, RequestInternal } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import type { ZodType } from "zod";
import { type Environment, isSecure } from "@/env";
import { AppError } from "@/lib/app-error";
import { isDatabaseGone } from "@/server/db/is-database-gone";
import type { ServiceContext } from "@/server/domain/service-context";
import { readClientAddress } from "@/server/http/client-address";
import { ownOrigins } from "@/server/http/own-origin";
import { signInCookieName } from "./cookies";
import { revokeSignIn } from "./current-sign-in";
import { type Browser, signInOperator, signInProvider } from "./sign-in";
import { operatorSignInSchema, providerSignInSchema } from "./sign-in-input";
import { readSignInSecret, signInTokenKey, signInTokenSchema } from "./sign-in-token";

/** No row lives longer than a policy may allow (43,200 minutes); the row decides, the cookie only has to last as long. */
const COOKIE_MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

type Parts = Pick<ServiceContext, "db" | "notifications" | "env" | "log" | "now">;
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
    session: { strategy: "jwt", maxAge: COOKIE_MAX_AGE_SECONDS },
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
        authorize: (typed, request) => authorize(parts, operatorSignInSchema, signInOperator, typed, request),
      }),
      Credentials({
        id: "provider",
        credentials: { providerCode: {}, password: {} },
        authorize: (typed, request) => authorize(parts, providerSignInSchema, signInProvider, typed, request),
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
        await revokeSignIn(parts.db, signInTokenSchema.safeParse(token).data?.signInSecret, parts.now());
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

/** Where next-auth may send a browser: an address of this server, whatever was asked for. */
function ownAddress(wanted: string, baseUrl: string, env: Environment): string {
  if (!URL.canParse(wanted, baseUrl)) return baseUrl;
  const url = new URL(wanted, baseUrl);
  return ownOrigins(env).has(url.origin) ? url.href : baseUrl;
}

/** next-auth passes the message of whatever is thrown on to the browser, so only codes of the error table are thrown. */
async function authorize<Input>(
  parts: Parts,
  schema: ZodType<Input>,
  signIn: SignIn<Input>,
  typed: unknown,
  request: Pick<RequestInternal, "headers">,
): Promise<{ id: string }> {
  // What cannot be an account is no account; that it costs no argon2 tells only what the typist knows already.
  const input = schema.safeParse(typed);
  if (!input.success) throw new Error("SIGN_IN_FAILED");
  try {
    const headers = new Headers(request.headers);
    const ctx: ServiceContext = {
      ...parts,
      actor: { kind: "anonymous" },
      clientAddress: readClientAddress(headers),
    };
    const secret = await signIn(ctx, input.data, await describeBrowser(headers, parts.env));
    return { id: secret };
  } catch (error) {
    if (error instanceof AppError) throw new Error(error.code);
    parts.log.error({ err: error }, "a sign-in failed");
    throw new Error(isDatabaseGone(error) ? "UNAVAILABLE" : "INTERNAL");
  }
}

async function describeBrowser(headers: Headers, env: Environment): Promise<Browser> {
  return {
    userAgent: headers.get("user-agent") ?? "",
    formerSecret: await readSignInSecret(headers.get("cookie"), env),
  };
}
