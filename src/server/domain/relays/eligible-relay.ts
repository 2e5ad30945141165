import { RELAY_STALE_AFTER_MS } from "@/protocol/relay-api";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import type { Relay } from "@/server/db/generated/client";

/** The region whose relays serve every company that has none of its own. */
export const DEFAULT_REGION = "default";
/** Loads that differ by less than this are noise: sessions spread by count instead. */
const LOAD_STEP = 0.05;

/** What is looked at when a relay is chosen. */
export type RelayCandidate = Pick<
  Relay,
  "id" | "region" | "protocolVersion" | "state" | "workers" | "load" | "lastHeartbeatAt" | "givenUpAt"
> & {
  /** Live sessions assigned to it here; heartbeats are up to 5 s old and know nothing of the newest ones. */
  readonly assigned: number;
};

/** Whether a relay may get sessions: heard of lately, ready, with workers, and speaking the browsers' protocol version. */
export function isEligible(relay: Omit<RelayCandidate, "assigned">, now: Date): boolean {
  return (
    relay.state === "ready" &&
    relay.workers > 0 &&
    relay.protocolVersion === SIGNALLING_PROTOCOL_VERSION &&
    isHeardOf(relay, now)
  );
}

/** Whether a relay, though it may take nothing new, still serves the sessions that it has: one that drains does. */
export function canGoOn(relay: Omit<RelayCandidate, "assigned">, now: Date): boolean {
  return isEligible({ ...relay, state: "ready" }, now);
}

/** Whether the last heartbeat is recent, and the relay was not found dead since. */
export function isHeardOf(relay: Pick<Relay, "lastHeartbeatAt" | "givenUpAt">, now: Date): boolean {
  return relay.givenUpAt === null && now.getTime() - relay.lastHeartbeatAt.getTime() < RELAY_STALE_AFTER_MS;
}

/**
 * The least-loaded eligible relay of the region; without one there, of the region `default`; without one there either, of
 * any region, for a slower session is better than none. Null when no relay is eligible at all.
 */
export function chooseRelay<T extends RelayCandidate>(
  candidates: readonly T[],
  region: string,
  now: Date,
): T | null {
  const eligible = candidates.filter((relay) => isEligible(relay, now)).sort(byLoad);
  return (
    eligible.find((relay) => relay.region === region) ??
    eligible.find((relay) => relay.region === DEFAULT_REGION) ??
    eligible[0] ??
    null
  );
}

function byLoad(a: RelayCandidate, b: RelayCandidate): number {
  return (
    Math.floor(a.load / LOAD_STEP) - Math.floor(b.load / LOAD_STEP) ||
    a.assigned / a.workers - b.assigned / b.workers ||
    (a.id < b.id ? -1 : 1)
  );
}

/** Whether any of the relays could carry a session now. */
export function hasEligibleRelay(relays: readonly Omit<RelayCandidate, "assigned">[], now: Date): boolean {
  return relays.some((relay) => isEligible(relay, now));
}
