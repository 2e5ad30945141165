import type { Status } from "./read-status";

/** The body of `GET /api/health`. */
export interface Health {
  /** `degraded`: pages work, but no session can start, for no relay is healthy. */
  readonly status: "ok" | "degraded" | "unavailable";
  readonly version: string;
  readonly checks: Pick<Status, "database" | "relays">;
}

/** The status in the words of a health check. */
export function healthOf({ version, database, relays }: Status): Health {
  return { status: summarize(database, relays.healthy), version, checks: { database, relays } };
}

function summarize(database: Status["database"], healthyRelays: number): Health["status"] {
  if (database === "down") return "unavailable";
  return healthyRelays > 0 ? "ok" : "degraded";
}
