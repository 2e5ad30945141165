import type { ConsoleSnapshot, LiveSession, ReceptionView, WaitingCustomer } from "@/protocol/session-views";

/** The server's clock and the browser's may differ by this much: a number it drops so near its end has expired. */
const CLOCK_TOLERANCE_MS = 5_000;

/** A reception and its digits; null: this tab does not know them. */
export interface KnownReception {
  reception: ReceptionView;
  number: string | null;
}

/** What the place of the hero number shows. */
export type Hero =
  | { kind: "none" }
  | ({ kind: "live" } & KnownReception)
  | { kind: "expired"; reception: ReceptionView };

/** The console's first page, put in the order in which it is read. */
export interface Desk {
  hero: Hero;
  /** Live numbers beside the hero, newest first. */
  others: KnownReception[];
  /** Longest waiting first: that is the one key A accepts. Accepted ones come after all that still wait. */
  waiting: WaitingCustomer[];
  /** Longest running first. */
  live: LiveSession[];
}

/**
 * Orders a snapshot for the eye.
 *
 * @param numbers digits this tab knows, by reception id
 * @param lastHero what {@link nextHeroReception} answered, so that an expiry is told instead of a number just vanishing
 * @param nowMs milliseconds since the epoch; a number counts as expired the moment its countdown reaches zero
 */
export function arrangeDesk(
  snapshot: ConsoleSnapshot,
  numbers: ReadonlyMap<string, string>,
  lastHero: ReceptionView | null,
  nowMs: number,
): Desk {
  const [newest, ...others] = snapshot.receptions
    .filter((reception) => reception.expiresAt.getTime() > nowMs)
    .sort(newestFirst)
    .map((reception) => ({ reception, number: numbers.get(reception.receptionId) ?? null }));
  return {
    hero: newest
      ? { kind: "live", ...newest }
      : lastHero
        ? { kind: "expired", reception: lastHero }
        : { kind: "none" },
    others,
    waiting: [...snapshot.waiting].sort(
      (a, b) => phaseRank(a) - phaseRank(b) || a.since.getTime() - b.since.getTime(),
    ),
    live: [...snapshot.live].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime()),
  };
}

/**
 * The reception the hero stands for after a new snapshot: the newest one; else the one before, if it left because its
 * time was up. One that somebody typed, or that was cancelled, gives its place back: null.
 */
export function nextHeroReception(
  snapshot: ConsoleSnapshot,
  before: ReceptionView | null,
  nowMs: number,
): ReceptionView | null {
  const [newest] = [...snapshot.receptions].sort(newestFirst);
  if (newest) return newest;
  if (!before || before.expiresAt.getTime() > nowMs + CLOCK_TOLERANCE_MS) return null;
  return snapshot.waiting.some((customer) => customer.receptionId === before.receptionId) ? null : before;
}

/** The customer that key A accepts: the one that has waited longest and is not accepted yet. */
export function longestWaiting(waiting: readonly WaitingCustomer[]): WaitingCustomer | null {
  return waiting
    .filter((customer) => customer.phase === "waiting")
    .reduce<WaitingCustomer | null>(
      (longest, customer) => (longest && longest.since <= customer.since ? longest : customer),
      null,
    );
}

/** Those who wait now and were not there in the snapshot before: what is announced. Nobody is news to a page just opened. */
export function newlyWaiting(before: ConsoleSnapshot | null, after: ConsoleSnapshot): WaitingCustomer[] {
  if (!before) return [];
  const known = new Set(before.waiting.map((customer) => customer.sessionId));
  return after.waiting.filter((customer) => customer.phase === "waiting" && !known.has(customer.sessionId));
}

/** Receptions whose digits are still of use: live numbers, and those that a waiting customer typed. */
export function receptionsInUse(snapshot: ConsoleSnapshot): ReadonlySet<string> {
  return new Set([
    ...snapshot.receptions.map((reception) => reception.receptionId),
    ...snapshot.waiting.map((customer) => customer.receptionId),
  ]);
}

function newestFirst(a: ReceptionView, b: ReceptionView): number {
  return b.issuedAt.getTime() - a.issuedAt.getTime() || (a.receptionId < b.receptionId ? 1 : -1);
}

function phaseRank(customer: WaitingCustomer): number {
  return customer.phase === "waiting" ? 0 : 1;
}
