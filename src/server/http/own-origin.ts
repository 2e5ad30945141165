import type { Environment } from "@/env";

type OriginEnvironment = Pick<Environment, "PUBLIC_URL" | "PORT">;

/** Asked with every request, and the same as long as the process lives. */
const originsOf = new WeakMap<OriginEnvironment, ReadonlySet<string>>();
const hostsOf = new WeakMap<OriginEnvironment, ReadonlySet<string>>();

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The origins under which this server is one and the same: PUBLIC_URL's, and on a developer's or tester's machine every
 * loopback name at the own port.
 */
export function ownOrigins(env: OriginEnvironment): ReadonlySet<string> {
  const known = originsOf.get(env);
  if (known) return known;
  const origins = new Set([env.PUBLIC_URL.origin]);
  if (LOOPBACK_HOSTS.includes(env.PUBLIC_URL.hostname)) {
    for (const host of LOOPBACK_HOSTS) origins.add(new URL(`http://${host}:${env.PORT}`).origin);
  }
  originsOf.set(env, origins);
  return origins;
}

/** The values of a Host header that are answered: whatever else is asked for is DNS rebinding or a wrong proxy. */
export function ownHosts(env: OriginEnvironment): ReadonlySet<string> {
  const known = hostsOf.get(env);
  if (known) return known;
  const hosts = new Set([...ownOrigins(env)].map((origin) => new URL(origin).host));
  hostsOf.set(env, hosts);
  return hosts;
}

/**
 * Whether a request that changes something may come from where it says (OWASP CSRF cheat sheet, "verifying origin"). A
 * browser always names the origin of a POST; one without is a program, which is fine as long as it brings no cookies.
 */
export function mayChangeThings(headers: Pick<Headers, "get">, origins: ReadonlySet<string>): boolean {
  const origin = headers.get("origin");
  return origin === null ? headers.get("cookie") === null : origins.has(origin);
}
