import "server-only";
import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { headers } from "next/headers";
import { cache, type ReactNode } from "react";
import { createApiContext } from "@/server/api/context";
import { createCallerFactory } from "@/server/api/init";
import { type AppRouter, appRouter } from "@/server/api/root";
import { createQueryClient } from "./query-client";

/** One a request: everything that a page's server components ask is asked as the same person, and asked once. */
const getContext = cache(async () =>
  createApiContext({ headers: new Headers(await headers()), resHeaders: new Headers() }),
);
const getQueryClient = cache(createQueryClient);
const createCaller = createCallerFactory(appRouter);

/** Calls procedures from server components: `(await serverApi()).viewer.me()`. */
export async function serverApi() {
  return createCaller(await getContext());
}

/** Typed query options for {@link prefetch}: `trpc.log.list.queryOptions({})`. */
export const trpc = createTRPCOptionsProxy<AppRouter>({
  ctx: getContext,
  router: appRouter,
  queryClient: getQueryClient,
});

/** Starts a query on the server, so that the page arrives with its answer. Its error shows in the browser, where it is asked again. */
export function prefetch(options: Parameters<ReturnType<typeof getQueryClient>["prefetchQuery"]>[0]): void {
  void getQueryClient().prefetchQuery(options);
}

/** Hands what was prefetched to the client components inside. */
export function HydrateClient({ children }: { readonly children: ReactNode }) {
  return <HydrationBoundary state={dehydrate(getQueryClient())}>{children}</HydrationBoundary>;
}
