import { z } from "zod";
import { sessionLogRowSchema } from "@/protocol/session-views";
import { listSessionLog, sessionLogQuerySchema } from "@/server/domain/session-log/list-session-log";
import { createRouter, operatorProcedure } from "./init";

/** The session log. */
export const logRouter = createRouter({
  list: operatorProcedure
    .input(sessionLogQuerySchema)
    .output(z.object({ rows: z.array(sessionLogRowSchema), nextCursor: z.string().nullable() }))
    .query(({ ctx, input }) => listSessionLog(ctx, input)),
});
