import { readBuildId } from "@/server/http/build-id";

export const dynamic = "force-dynamic";

/** Which build of the web application this is: pages that have been open for long ask whether theirs is still the one. */
export async function GET(): Promise<Response> {
  return Response.json({ build: await readBuildId() }, { headers: { "cache-control": "no-store" } });
}
