/** What a check of the service found, as `status.get` answers. */
export interface ServiceCheck {
  version: string;
  database: "up" | "down";
  relays: { healthy: number; total: number };
}

/** The one sentence at the top of the page; also the name of its text. */
export type Verdict = "checking" | "allGood" | "partial" | "noRelays" | "down" | "unreachable";

/**
 * What a check means for somebody who wants support now. The worst fact wins, and a server that does not answer outweighs
 * whatever its last answer was.
 *
 * @param check the last answer; null: none yet
 * @param failed whether the newest try got no answer
 */
export function verdictOf(check: ServiceCheck | null, failed: boolean): Verdict {
  if (failed) return "unreachable";
  if (!check) return "checking";
  if (check.database === "down") return "down";
  if (check.relays.healthy === 0) return "noRelays";
  return check.relays.healthy < check.relays.total ? "partial" : "allGood";
}
