import type { ErrorCode } from "@/lib/error-table";
import { RECONNECT_WINDOW_MS } from "@/protocol/signalling";
import type { ReconnectCause } from "./session-state";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;
/** As long as this a restarted relay or another one is expected any moment, and nobody shall wait long beside one that is there. */
const SHORT_PAUSES_FOR_MS = 10_000;
const LONGEST_SHORT_PAUSE_MS = 500;
/** After a try that has waited in vain, which was pause enough. */
const PAUSE_AFTER_SILENCE_MS = 100;
/** Pauses vary by this share, so that the sides of a hundred sessions do not knock at the same instant. */
const JITTER = 0.2;
const FIRST_OPEN_TIMEOUT_MS = 10_000;
/** The first tries come quickly one after the other; not for ever, for Chromium holds up sockets of a page of which too many failed. */
const QUICK_TRIES = 12;
const QUICK_REOPEN_TIMEOUT_MS = 600;
const REOPEN_TIMEOUT_MS = 2_000;
/** A line that took this long the last time takes it again; then some. */
const OPEN_TIME_FACTOR = 3;
/** Every so often a later try gets longer, for a network that is slower than the one before. */
const PATIENT_EVERY = 4;
const PATIENT_OPEN_TIMEOUT_MS = 5_000;

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
 * How long a socket may take to open. TCP asks again after 1, 3 and 7 seconds; a new socket asks at once. So a short wait finds
 * a network that is back sooner, as long as it is not shorter than the network needs.
 *
 * @param attempt which try it is, from 1
 * @param lastOpenMs what the last one took that opened
 */
export function openTimeoutMs(attempt: number, lastOpenMs: number | null): number {
  if (lastOpenMs === null) return FIRST_OPEN_TIMEOUT_MS;
  const leastMs =
    attempt <= QUICK_TRIES
      ? QUICK_REOPEN_TIMEOUT_MS
      : attempt % PATIENT_EVERY === 0
        ? PATIENT_OPEN_TIMEOUT_MS
        : REOPEN_TIMEOUT_MS;
  return Math.min(FIRST_OPEN_TIMEOUT_MS, Math.max(leastMs, lastOpenMs * OPEN_TIME_FACTOR));
}

/** Whether the time to come back in is over. @param windowMs null as long as no relay has told it */
export function isTooLate(lostForMs: number, windowMs: number | null): boolean {
  return lostForMs >= (windowMs ?? RECONNECT_WINDOW_MS);
}
