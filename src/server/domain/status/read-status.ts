import { z } from "zod";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import type { Database } from "@/server/db/client";
import type { Relay } from "@/server/db/generated/client";
import { isHeardOf } from "@/server/domain/relays/eligible-relay";
import type { ServiceContext } from "@/server/domain/service-context";
import packageJson from "../../../../package.json";

/** The version of this server, as package.json has it. */
const VERSION: string = packageJson.version;
/** A database that takes longer than this to count its relays is as good as down. */
const PROBE_TIMEOUT_MS = 2_000;

export const statusSchema = z.object({
  version: z.string(),
  database: z.enum(["up", "down"]),
  relays: z.object({ healthy: z.int().nonnegative(), total: z.int().nonnegative() }),
});
export type Status = z.infer<typeof statusSchema>;

/** How the service is at the moment: a fresh look, never longer than the probe's time-out. */
export async function readStatus({ db, now }: Pick<ServiceContext, "db" | "now">): Promise<Status> {
  const relays = await Promise.race([countRelays(db, now()), afterTimeout()]);
  return relays
    ? { version: VERSION, database: "up", relays }
    : { version: VERSION, database: "down", relays: { healthy: 0, total: 0 } };
}

async function countRelays(db: Database, now: Date): Promise<Status["relays"] | null> {
  try {
    const relays = await db.relay.findMany({
      select: { state: true, protocolVersion: true, lastHeartbeatAt: true, givenUpAt: true },
    });
    return { healthy: relays.filter((relay) => isHealthy(relay, now)).length, total: relays.length };
  } catch {
    return null;
  }
}

/** Whether a relay can take sessions: heard of lately, not about to stop, and of the browsers' protocol version. */
export function isHealthy(
  relay: Pick<Relay, "state" | "protocolVersion" | "lastHeartbeatAt" | "givenUpAt">,
  now: Date,
): boolean {
  return (
    relay.state === "ready" && relay.protocolVersion === SIGNALLING_PROTOCOL_VERSION && isHeardOf(relay, now)
  );
}

function afterTimeout(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, PROBE_TIMEOUT_MS, null).unref();
  });
}
