import { createRouter } from "./init";
import { viewerRouter } from "./viewer-router";

/** Everything that browsers and relays can call. */
export const appRouter = createRouter({
  viewer: viewerRouter,
});

export type AppRouter = typeof appRouter;
