import { consoleRouter } from "./console-router";
import { customerRouter } from "./customer-router";
import { createRouter } from "./init";
import { logRouter } from "./log-router";
import { providerRouter } from "./provider-router";
import { receptionRouter } from "./reception-router";
import { relayRouter } from "./relay-router";
import { sessionRouter } from "./session-router";
import { statusRouter } from "./status-router";
import { viewerRouter } from "./viewer-router";

/** Everything that browsers and relays can call. */
export const appRouter = createRouter({
  console: consoleRouter,
  customer: customerRouter,
  log: logRouter,
  provider: providerRouter,
  reception: receptionRouter,
  relay: relayRouter,
  session: sessionRouter,
  status: statusRouter,
  viewer: viewerRouter,
});

export type AppRouter = typeof appRouter;
