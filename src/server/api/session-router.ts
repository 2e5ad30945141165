import { z } from "zod";
import { relayAssignmentSchema, relayTroubleSchema } from "@/protocol/join-token";
import { qualityReportSchema } from "@/protocol/session-log";
import { reportQuality } from "@/server/domain/session-log/report-quality";
import { acceptSession } from "@/server/domain/support-sessions/accept-session";
import { declineSession } from "@/server/domain/support-sessions/decline-session";
import { endSessionAsOperator } from "@/server/domain/support-sessions/end-session-as-operator";
import { joinSession } from "@/server/domain/support-sessions/join-session";
import { watchSession } from "@/server/domain/support-sessions/watch-session";
import { createRouter, operatorProcedure } from "./init";
import { signalOf } from "./subscription-signal";

const nothing = z.strictObject({});
const oneSession = z.strictObject({ sessionId: z.uuid() });

/** An operator's own sessions. */
export const sessionRouter = createRouter({
  accept: operatorProcedure
    .input(oneSession)
    .output(nothing)
    .mutation(({ ctx, input }) => acceptSession(ctx, input)),
  decline: operatorProcedure
    .input(oneSession)
    .output(nothing)
    .mutation(({ ctx, input }) => declineSession(ctx, input)),
  watch: operatorProcedure
    .input(oneSession)
    .subscription(({ ctx, input, signal }) => watchSession(ctx, input, signalOf(signal))),
  join: operatorProcedure
    .input(oneSession.extend({ trouble: relayTroubleSchema.optional() }))
    .output(relayAssignmentSchema)
    .mutation(({ ctx, input }) => joinSession(ctx, input)),
  end: operatorProcedure
    .input(oneSession)
    .output(nothing)
    .mutation(({ ctx, input }) => endSessionAsOperator(ctx, input)),
  reportQuality: operatorProcedure
    .input(qualityReportSchema)
    .output(nothing)
    .mutation(({ ctx, input }) => reportQuality(ctx, input)),
});
