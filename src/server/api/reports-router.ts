import { reportQuerySchema, sessionReportSchema } from "@/protocol/session-report";
import { readReport } from "@/server/domain/reports/read-report";
import { createRouter, supervisorProcedure } from "./init";

/** Figures over many sessions. */
export const reportsRouter = createRouter({
  read: supervisorProcedure
    .input(reportQuerySchema)
    .output(sessionReportSchema)
    .query(({ ctx, input }) => readReport(ctx, input)),
});
