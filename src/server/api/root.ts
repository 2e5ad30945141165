import { accountRouter } from "./account-router";
import { auditRouter } from "./audit-router";
import { companyExportRouter } from "./company-export-router";
import { connectivityRouter } from "./connectivity-router";
import { consoleRouter } from "./console-router";
import { customerRouter } from "./customer-router";
import { createRouter } from "./init";
import { logRouter } from "./log-router";
import { operatorsRouter } from "./operators-router";
import { policiesRouter } from "./policies-router";
import { providerRouter } from "./provider-router";
import { receptionRouter } from "./reception-router";
import { relayRouter } from "./relay-router";
import { reportsRouter } from "./reports-router";
import { sessionRouter } from "./session-router";
import { statusRouter } from "./status-router";
import { supervisionRouter } from "./supervision-router";
import { viewerRouter } from "./viewer-router";

/** Everything that browsers and relays can call. */
export const appRouter = createRouter({
  account: accountRouter,
  audit: auditRouter,
  companyExport: companyExportRouter,
  connectivity: connectivityRouter,
  console: consoleRouter,
  customer: customerRouter,
  log: logRouter,
  operators: operatorsRouter,
  policies: policiesRouter,
  provider: providerRouter,
  reception: receptionRouter,
  relay: relayRouter,
  reports: reportsRouter,
  session: sessionRouter,
  status: statusRouter,
  supervision: supervisionRouter,
  viewer: viewerRouter,
});

export type AppRouter = typeof appRouter;
