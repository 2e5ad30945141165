import { useQuery } from "@tanstack/react-query";
import { z } from "zod";

const ASK_EVERY_MS = 5 * 60_000;
const answerSchema = z.object({ build: z.string() });

/**
 * Whether the server has a newer build than this page. Asked rarely, only while the page is looked at, and when somebody comes back to it.
 *
 * @param ownBuild the one that this page came from
 */
export function useNewerBuild(ownBuild: string): boolean {
  const { data } = useQuery({
    queryKey: ["build"],
    queryFn: async ({ signal }) => {
      const response = await fetch("/api/build-id", { signal });
      return answerSchema.parse(await response.json()).build;
    },
    refetchInterval: ASK_EVERY_MS,
    refetchOnWindowFocus: true,
    staleTime: ASK_EVERY_MS,
    // A server that is being replaced is silent for a while; the next turn asks again.
    retry: false,
  });
  return data !== undefined && data !== ownBuild;
}
