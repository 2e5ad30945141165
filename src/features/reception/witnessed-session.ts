import { z } from "zod";

const STORAGE_KEY = "madoguchi.session";

/** The session that this tab has taken part in, over a reload; null when there is none or the browser keeps nothing. */
export function readWitnessedSession(): string | null {
  try {
    return z.uuid().nullable().catch(null).parse(sessionStorage.getItem(STORAGE_KEY));
  } catch {
    return null;
  }
}

/** Remembers for this tab that it takes part in the session, so that its end is told even after a reload. */
export function rememberWitnessedSession(sessionId: string): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, sessionId);
  } catch {
    // A browser that keeps nothing shows the number page after a reload, which is a way on as well.
  }
}

/** Forgets it, when its end was read. */
export function forgetWitnessedSession(): void {
  try {
    sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // As above.
  }
}
