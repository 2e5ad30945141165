import { getServerParts } from "@/server/api/context";
import { healthOf } from "@/server/domain/status/health";
import { readStatus } from "@/server/domain/status/read-status";

export const dynamic = "force-dynamic";

/** For load balancers and monitoring: 503 only when no answer could be right, that is without the database. */
export async function GET(): Promise<Response> {
  const health = healthOf(await readStatus(getServerParts()));
  return Response.json(health, {
    status: health.status === "unavailable" ? 503 : 200,
    headers: { "cache-control": "no-store" },
  });
}
