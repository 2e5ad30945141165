import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import type { Environment } from "@/env";
import { parseCookies, serializeCookie, signInCookieName } from "./cookies";

/** No row lives longer than a policy may allow (43,200 minutes); the row decides, the cookie only has to last as long. */
export const SIGN_IN_COOKIE_MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

/** What our JWT says: nothing but the secret of the row in `sign_in`. Who that is, the database knows. */
export const signInTokenSchema = z.object({ signInSecret: z.string() });

/** The key from which next-auth derives the one that encrypts its cookie. */
export function signInTokenKey(env: Pick<Environment, "COOKIE_SECRET">): string {
  return env.COOKIE_SECRET.toString("base64url");
}

/**
 * Cookies that were decoded before: deriving the key and decrypting takes as long as all the rest of a small request. What a cookie
 * says never changes, and whether it still counts the database is asked each time.
 */
const MAX_DECODED = 10_000;
const decodedByKey = new WeakMap<Buffer, Map<string, string>>();

function decodedWith(key: Buffer): Map<string, string> {
  let decoded = decodedByKey.get(key);
  if (!decoded) {
    decoded = new Map();
    decodedByKey.set(key, decoded);
  }
  return decoded;
}

function remember(decoded: Map<string, string>, token: string, secret: string): void {
  // A map keeps the order in which things came: the first is the oldest.
  const [oldest] = decoded.keys();
  if (decoded.size >= MAX_DECODED && oldest !== undefined) decoded.delete(oldest);
  decoded.set(token, secret);
}

/** The sign-in secret that a request's cookies carry; undefined when there is none that we made. */
export async function readSignInSecret(
  cookieHeader: string | null,
  env: Pick<Environment, "COOKIE_SECRET" | "PUBLIC_URL">,
): Promise<string | undefined> {
  const token = parseCookies(cookieHeader).get(signInCookieName(env));
  if (!token) return undefined;
  const decoded = decodedWith(env.COOKIE_SECRET);
  const known = decoded.get(token);
  if (known !== undefined) return known;
  try {
    const payload = await decode({ token, secret: signInTokenKey(env) });
    const secret = signInTokenSchema.safeParse(payload).data?.signInSecret;
    if (secret !== undefined) remember(decoded, token, secret);
    return secret;
  } catch {
    // Expired, cut off, or encrypted with a key of another day: as good as none.
    return undefined;
  }
}

/** A `Set-Cookie` header that gives a browser the secret of a fresh sign-in, in the form in which next-auth itself does. */
export async function createSignInCookie(
  env: Pick<Environment, "COOKIE_SECRET" | "PUBLIC_URL">,
  signInSecret: string,
): Promise<string> {
  const token = await encode({
    token: { signInSecret },
    secret: signInTokenKey(env),
    maxAge: SIGN_IN_COOKIE_MAX_AGE_SECONDS,
  });
  return serializeCookie(env, signInCookieName(env), token, SIGN_IN_COOKIE_MAX_AGE_SECONDS);
}
