import "server-only";
import { headers } from "next/headers";
import { cache } from "react";
import { createApiContext } from "@/server/api/context";
import { createCallerFactory } from "@/server/api/init";
import { appRouter } from "@/server/api/root";

const createCaller = createCallerFactory(appRouter);

/**
 * Calls procedures from server components, as the person who opens the page: `(await serverApi()).viewer.me()`. One a
 * request, so that whoever is signed in is looked up once.
 */
export const serverApi = cache(async () =>
  createCaller(createApiContext({ headers: new Headers(await headers()), resHeaders: new Headers() })),
);
