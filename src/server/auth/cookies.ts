import { type Environment, isSecure } from "@/env";
import { createRandomSecret } from "./random-secret";

/** How long a browser keeps the customer's ticket; the server forgets it when the session ends. */
const TICKET_MAX_AGE_SECONDS = 24 * 60 * 60;

type CookieEnvironment = Pick<Environment, "PUBLIC_URL">;

/**
 * `__Host-` (RFC 6265bis, 4.1.3.2) binds a cookie to this very host and to TLS; browsers refuse it over plain HTTP, so the
 * prefix is there only when PUBLIC_URL is https.
 */
function hostCookieName(env: CookieEnvironment, name: string): string {
  return isSecure(env) ? `__Host-${name}` : name;
}

/** The cookie in which next-auth keeps the sign-in. */
export function signInCookieName(env: CookieEnvironment): string {
  return hostCookieName(env, "madoguchi_sign_in");
}

/** The cookie that says which session a customer's browser is in. */
export function customerTicketCookieName(env: CookieEnvironment): string {
  return hostCookieName(env, "madoguchi_ticket");
}

/** The value of a `Set-Cookie` header for one of our own cookies. */
export function serializeCookie(
  env: CookieEnvironment,
  name: string,
  value: string,
  maxAgeSeconds: number,
): string {
  const secure = isSecure(env) ? "; Secure" : "";
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** A fresh customer ticket: the hash for the database and the header that hands it to the browser. */
export function createCustomerTicket(env: CookieEnvironment): {
  readonly ticketHash: Uint8Array<ArrayBuffer>;
  readonly setCookie: string;
} {
  const { secret, hash } = createRandomSecret();
  return {
    ticketHash: hash,
    setCookie: serializeCookie(env, customerTicketCookieName(env), secret, TICKET_MAX_AGE_SECONDS),
  };
}

/** A request's cookies by name. The first of two with one name counts, as it has the more specific path (RFC 6265, 5.4). */
export function parseCookies(header: string | null): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at < 1) continue;
    const name = part.slice(0, at).trim();
    if (!cookies.has(name)) cookies.set(name, part.slice(at + 1).trim());
  }
  return cookies;
}
