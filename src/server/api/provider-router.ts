import { providerOverview, providerOverviewSchema } from "@/server/domain/provider/provider-overview";
import { createRouter, providerProcedure } from "./init";

/** For the people who run the service. */
export const providerRouter = createRouter({
  overview: providerProcedure.output(providerOverviewSchema).query(({ ctx }) => providerOverview(ctx)),
});
