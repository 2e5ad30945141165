/** What `GET /healthz` answers: 200 only while the relay takes new sessions. */
export interface Health {
  status: "ok" | "draining" | "unavailable";
  workers: number;
  /** Those that are here or may come back: while the relay drains, how many it still waits for. */
  sessions: number;
}

export function readHealth({
  draining,
  workers,
  sessions,
}: {
  draining: boolean;
  workers: number;
  sessions: number;
}): Health {
  if (draining) return { status: "draining", workers, sessions };
  return { status: workers > 0 ? "ok" : "unavailable", workers, sessions };
}
