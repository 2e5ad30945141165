import { readStatus, statusSchema } from "@/server/domain/status/read-status";
import { createRouter, publicProcedure } from "./init";

/** How the service is. */
export const statusRouter = createRouter({
  get: publicProcedure.output(statusSchema).query(({ ctx }) => readStatus(ctx)),
});
