import type { NotificationHub, Topic } from "@/server/db/notifications";

/** A view is read again after this long without a change, so that one that was never told of a change is not stale for ever. */
const REFRESH_INTERVAL_MS = 20_000;

interface Watch<T> {
  readonly notifications: NotificationHub;
  readonly topics: readonly Topic[];
  readonly signal: AbortSignal;
  /** Reads the view as it is now. */
  readonly read: () => Promise<T>;
  /** When the view that was just read changes by itself; null: at no known time. */
  readonly nextDeadline?: (snapshot: T) => Date | null;
  now(): Date;
}

/**
 * Yields the view at once, then after every change of the topics, at the view's next known deadline, and every 20 s.
 * Ends when the signal aborts.
 */
export async function* watchSnapshots<T>(watch: Watch<T>): AsyncGenerator<T, void, undefined> {
  // Its own signal, since a generator that still waits could not be ended otherwise when the consumer goes away early.
  const stop = new AbortController();
  const changes = watch.notifications.subscribe(watch.topics, AbortSignal.any([watch.signal, stop.signal]));
  try {
    let change = changes.next();
    if ((await change).done) return;
    for (;;) {
      // Asked for before the view is read, so that a change during the reading is not missed.
      change = changes.next();
      let waiting = true;
      while (waiting) {
        const snapshot = await watch.read();
        if (watch.signal.aborted) return;
        yield snapshot;
        const woken = await nextOrAfter(change, waitMs(watch, snapshot));
        if (woken === "time") continue;
        if (woken.done) return;
        waiting = false;
      }
    }
  } finally {
    stop.abort();
    await changes.return();
  }
}

function waitMs<T>(watch: Watch<T>, snapshot: T): number {
  const deadline = watch.nextDeadline?.(snapshot) ?? null;
  if (deadline === null) return REFRESH_INTERVAL_MS;
  // At least a millisecond, lest a deadline that has just passed make the loop spin.
  return Math.min(REFRESH_INTERVAL_MS, Math.max(1, deadline.getTime() - watch.now().getTime()));
}

/** Whichever comes first: the next change, or "time" after so many milliseconds. */
async function nextOrAfter<T>(next: Promise<T>, delayMs: number): Promise<T | "time"> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const time = new Promise<"time">((resolve) => {
      timer = setTimeout(resolve, delayMs, "time").unref();
    });
    return await Promise.race([next, time]);
  } finally {
    clearTimeout(timer);
  }
}
