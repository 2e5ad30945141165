import ipaddr from "ipaddr.js";
import { type Environment, isSecure } from "@/env";

type PartyEnvironment = Pick<Environment, "PUBLIC_URL">;

/** What browsers show as the name of the service that a passkey is for. */
export const RELYING_PARTY_NAME = "Madoguchi";

/** The domain that passkeys are bound to, and the one origin whose answers count. */
export function relyingParty(env: PartyEnvironment): { readonly id: string; readonly origin: string } {
  return { id: env.PUBLIC_URL.hostname, origin: env.PUBLIC_URL.origin };
}

/**
 * Whether browsers can have passkeys for this server: Web Authentication is bound to a domain, never to an IP address, and
 * works over TLS alone, but for `localhost` (W3C Web Authentication Level 3, 5.1.3 and 13.4.9).
 */
export function arePasskeysPossible(env: PartyEnvironment): boolean {
  const { hostname } = env.PUBLIC_URL;
  if (ipaddr.isValid(hostname.replace(/^\[|\]$/g, ""))) return false;
  return isSecure(env) || hostname === "localhost" || hostname.endsWith(".localhost");
}
