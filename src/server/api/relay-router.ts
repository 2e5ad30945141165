import { z } from "zod";
import { heartbeatAnswerSchema, receivedHeartbeatSchema, relayReportSchema } from "@/protocol/relay-api";
import { recordHeartbeat } from "@/server/domain/relays/record-heartbeat";
import { recordReport } from "@/server/domain/relays/record-report";
import { createRouter, relayProcedure } from "./init";

/** What relays call. */
export const relayRouter = createRouter({
  heartbeat: relayProcedure
    .input(receivedHeartbeatSchema)
    .output(heartbeatAnswerSchema)
    .mutation(({ ctx, input }) => recordHeartbeat(ctx, input)),
  report: relayProcedure
    .input(relayReportSchema)
    .output(z.strictObject({}))
    .mutation(({ ctx, input }) => recordReport(ctx, input)),
});
