import { z } from "zod";
import { deviceInformationSchema } from "@/protocol/device-information";
import { relayAssignmentSchema, relayTroubleSchema } from "@/protocol/join-token";
import { surveyAnswerSchema } from "@/protocol/session-log";
import { customerSessionViewSchema } from "@/protocol/session-views";
import { answerSurvey } from "@/server/domain/session-log/answer-survey";
import { agreeToSession } from "@/server/domain/support-sessions/agree-to-session";
import {
  cancelAsCustomer,
  declineAsCustomer,
  stopAsCustomer,
} from "@/server/domain/support-sessions/end-session-as-customer";
import { rejoinSession } from "@/server/domain/support-sessions/rejoin-session";
import { readCustomerView, watchCustomer } from "@/server/domain/support-sessions/watch-customer";
import { createRouter, customerProcedure } from "./init";
import { signalOf } from "./subscription-signal";

const nothing = z.strictObject({});

/** The session that the customer's ticket opens. */
export const customerRouter = createRouter({
  current: customerProcedure
    .output(customerSessionViewSchema.nullable())
    .query(({ ctx }) => readCustomerView(ctx)),
  watch: customerProcedure.subscription(({ ctx, signal }) => watchCustomer(ctx, signalOf(signal))),
  cancel: customerProcedure
    .input(nothing)
    .output(nothing)
    .mutation(({ ctx }) => cancelAsCustomer(ctx)),
  decline: customerProcedure
    .input(nothing)
    .output(nothing)
    .mutation(({ ctx }) => declineAsCustomer(ctx)),
  agree: customerProcedure
    .input(z.strictObject({ device: deviceInformationSchema }))
    .output(relayAssignmentSchema)
    .mutation(({ ctx, input }) => agreeToSession(ctx, input)),
  rejoin: customerProcedure
    .input(z.strictObject({ trouble: relayTroubleSchema.optional() }))
    .output(relayAssignmentSchema)
    .mutation(({ ctx, input }) => rejoinSession(ctx, input)),
  stop: customerProcedure
    .input(nothing)
    .output(nothing)
    .mutation(({ ctx }) => stopAsCustomer(ctx)),
  answerSurvey: customerProcedure
    .input(z.strictObject({ answer: surveyAnswerSchema }))
    .output(nothing)
    .mutation(({ ctx, input }) => answerSurvey(ctx, input)),
});
