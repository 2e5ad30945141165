"use client";

import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
} from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import type { AppRouter } from "@/server/api/root";
import { appErrorCode } from "./app-error";
import { createQueryClient } from "./query-client";

/** `useTRPC()` gives typed `queryOptions`, `mutationOptions` and `subscriptionOptions`; `useTRPCClient()` calls directly. */
const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export { useTRPC, useTRPCClient };

/** Long addresses are cut off or refused on the way; a longer batch is sent in two. */
const MAX_URL_LENGTH = 2_000;
const RESUBSCRIBE_MIN_MS = 500;
const RESUBSCRIBE_MAX_MS = 10_000;

/**
 * How the browser talks to the API: questions in batches, subscriptions as server-sent events. What is done goes by itself and at
 * once: a batch is gathered until the page has rendered, which takes long just when a session begins.
 */
function createApiClient(url = "/api/trpc") {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: [
          // EventSource comes back by itself after a broken connection, but gives up for good after an answer such as a
          // proxy's 502; then it is started anew. A refusal ends the subscription.
          retryLink({
            retry: ({ error }) => ["UNAVAILABLE", "INTERNAL"].includes(appErrorCode(error)),
            retryDelayMs: (attempt) => Math.min(RESUBSCRIBE_MAX_MS, RESUBSCRIBE_MIN_MS * 2 ** attempt),
          }),
          httpSubscriptionLink({ url, transformer: superjson }),
        ],
        false: splitLink({
          condition: (operation) => operation.type === "mutation",
          true: httpLink({ url, transformer: superjson }),
          false: httpBatchLink({ url, transformer: superjson, maxURLLength: MAX_URL_LENGTH }),
        }),
      }),
    ],
  });
}

let browserQueryClient: QueryClient | undefined;

/** The same cache for the life of a tab, even when React throws a first render away; a fresh one for each render on the server. */
function getQueryClient(): QueryClient {
  if (typeof window === "undefined") return createQueryClient();
  browserQueryClient ??= createQueryClient();
  return browserQueryClient;
}

/** Gives the API to everything below it. */
export function ApiProvider({ children }: { readonly children: ReactNode }) {
  const queryClient = getQueryClient();
  const [apiClient] = useState(() => createApiClient());
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={apiClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
