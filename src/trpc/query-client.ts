import { QueryClient } from "@tanstack/react-query";
import { appErrorCode } from "./app-error";

/** What was read is shown at once when a page opens again, and read anew after this long. */
const STALE_AFTER_MS = 30_000;
const MAX_RETRIES = 2;

/** One cache of answers: one a browser tab, one a request on the server. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER_MS,
        // A refusal stays a refusal; only what may have been the network is tried again.
        retry: (failures, error) => failures < MAX_RETRIES && appErrorCode(error) === "UNAVAILABLE",
      },
    },
  });
}
