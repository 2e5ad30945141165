import { createHmac } from "node:crypto";
import type { Environment } from "@/env";
import type { IceServer } from "@/protocol/join-token";

/** How long the credentials of a session are good for: longer than any session, so that a TURN server never cuts one off. */
export const SESSION_TURN_TTL_SECONDS = 12 * 3600;
/** Of a check, which anybody may ask for: longer than it can last, and no more. */
export const CHECK_TURN_TTL_SECONDS = 90;

/**
 * The TURN servers for one session or one check, with credentials that end by themselves: the user name says until when,
 * the password is its HMAC-SHA1 under the secret that coturn has as `static-auth-secret`, so that coturn can check them
 * without asking anybody (draft-uberti-behave-turn-rest-00, coturn's `use-auth-secret`).
 *
 * @param id of the session or check, which coturn counts its quotas by
 * @returns empty when no TURN server is configured
 */
export function iceServersFor(
  ctx: { readonly env: Pick<Environment, "TURN_URLS" | "TURN_SECRET">; now(): Date },
  id: string,
  ttlSeconds: number,
): IceServer[] {
  const { TURN_URLS: urls, TURN_SECRET: secret } = ctx.env;
  if (urls.length === 0 || secret === undefined) return [];
  const username = `${Math.floor(ctx.now().getTime() / 1000) + ttlSeconds}:${id}`;
  const credential = createHmac("sha1", secret).update(username).digest("base64");
  return [{ urls: [...urls], username, credential }];
}
