import type { ErrorCode } from "@/lib/error-table";
import { RECONNECT_WINDOW_MS } from "@/protocol/signalling";
import type { ReconnectCause } from "./session-state";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** As long as this a restarted relay or another one is expected any moment, and nobody shall wait long beside one that is there. */
const SHORT_PAUSES_FOR_MS = 10_000;
const LONGEST_SHORT_PAUSE_MS = 500;
/** After a try that has waited in vain, which was pause enough. */
const PAUSE_AFTER_SILENCE_MS = 100;
/** Pauses vary by this share, so that the sides of a hundred sessions do not knock at the same instant. */
const JITTER = 0.2;
const LONGEST_OPEN_TIMEOUT_MS = 10_000;
/** Before it is known how quick the line is: TCP asks three times in it, and a machine that is no more is not waited for longer. */
const FIRST_OPEN_TIMEOUT_MS = 4_000;
const FIRST_TRIES = 2;
/** The first tries are no longer than TCP needs to ask twice on every system, after 0 and 1 second; its pauses grow from there. */
const QUICK_TRIES = 5;
const QUICK_OPEN_TIMEOUT_MS = 2_000;
/** Nothing watches a connection that is being let in, and its person is told within three seconds that it is interrupted. */
const QUICK_JOIN_TIMEOUT_MS = 2_500;
/** A relay that has to start a worker first, and many to let in, takes no longer than this. */
const LONGEST_JOIN_TIMEOUT_MS = 10_000;
const QUICK_JOINS = 2;
/** A line that took this long at best takes it again; then some. */
const OPEN_TIME_FACTOR = 3;

/** How one try to join failed. */
export interface JoinFailure {
  /** Who did not answer, or refused. */
  readonly at: "management" | "relay";
  readonly code: ErrorCode;
  /** Nothing came back at all: the answer was waited for in vain. */
  readonly isSilent: boolean;
}

/**
 * Why a connection is being made anew, as it is told to the person who waits. A network that is cut off makes everything
 * unreachable, one thing after the other: what was found out first holds, as long as nothing answers.
 *
 * @param isOnline what the browser says of its network
 */
export function causeAfter(before: ReconnectCause, failure: JoinFailure, isOnline: boolean): ReconnectCause {
  if (!isOnline) return "network";
  if (failure.code === "NO_RELAY") return "relay";
  if (failure.at === "relay") return failure.isSilent && before === "network" ? "network" : "relay";
  return before === "network" ? "network" : "management";
}

/**
 * How long to wait before the next try.
 *
 * @param attempt tries so far, from 1
 * @param lostForMs since the connection was lost
 * @param random 0 to 1
 */
export function pauseMs({
  attempt,
  lostForMs,
  isSilent,
  random,
}: {
  attempt: number;
  lostForMs: number;
  /** The last try has waited in vain for an answer: that was pause enough. */
  isSilent: boolean;
  random: number;
}): number {
  const longestMs = lostForMs < SHORT_PAUSES_FOR_MS ? LONGEST_SHORT_PAUSE_MS : LONGEST_PAUSE_MS;
  const plannedMs = isSilent
    ? PAUSE_AFTER_SILENCE_MS
    : Math.min(longestMs, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return Math.round(plannedMs * (1 + JITTER * (2 * random - 1)));
}

/**
 * How long a socket may take to open. After the first tries it is long: from about the fifteenth failure within three minutes on
 * Chromium makes every socket of a page wait, up to five seconds before it even begins. A window of two minutes has to do with that
 * many tries, the one that finds the network again included; that it is back is found out meanwhile by other means (network-probe.ts).
 *
 * @param attempt which try it is, from 1
 * @param quickestOpenMs what the quickest one took that opened; null before there was one
 */
export function openTimeoutMs(attempt: number, quickestOpenMs: number | null): number {
  if (quickestOpenMs === null) {
    return attempt > FIRST_TRIES ? LONGEST_OPEN_TIMEOUT_MS : FIRST_OPEN_TIMEOUT_MS;
  }
  if (attempt > QUICK_TRIES) return LONGEST_OPEN_TIMEOUT_MS;
  return Math.min(
    LONGEST_OPEN_TIMEOUT_MS,
    Math.max(QUICK_OPEN_TIMEOUT_MS, quickestOpenMs * OPEN_TIME_FACTOR),
  );
}

/**
 * How long a relay may take to let this side in once its socket is open: short at first, since a network that is cut off in that moment
 * says nothing; then long, for a relay that is busy must not be asked ever anew.
 *
 * @param attempt which try it is, from 1
 */
export function joinTimeoutMs(attempt: number): number {
  return attempt > QUICK_JOINS ? LONGEST_JOIN_TIMEOUT_MS : QUICK_JOIN_TIMEOUT_MS;
}

/** Whether the time to come back in is over. @param windowMs null as long as no relay has told it */
export function isTooLate(lostForMs: number, windowMs: number | null): boolean {
  return lostForMs >= (windowMs ?? RECONNECT_WINDOW_MS);
}
