import { z } from "zod";
import { deviceInformationSchema } from "@/protocol/device-information";
import { issuedReceptionSchema } from "@/protocol/session-views";
import { createCustomerTicket } from "@/server/auth/cookies";
import { cancelReceptionNumber } from "@/server/domain/receptions/cancel-reception-number";
import { issueReceptionNumber } from "@/server/domain/receptions/issue-reception-number";
import { redeemReceptionNumber } from "@/server/domain/receptions/redeem-reception-number";
import { createRouter, operatorProcedure, publicProcedure } from "./init";

/** Longer than anything a person types for six digits; what is short enough and wrong is told so by name. */
const TYPED_NUMBER_MAX_LENGTH = 100;

const nothing = z.strictObject({});

/** Reception numbers: the operator's and the customer's side. */
export const receptionRouter = createRouter({
  issue: operatorProcedure
    .input(nothing)
    .output(issuedReceptionSchema)
    .mutation(({ ctx }) => issueReceptionNumber(ctx)),
  cancel: operatorProcedure
    .input(z.strictObject({ receptionId: z.uuid() }))
    .output(nothing)
    .mutation(({ ctx, input }) => cancelReceptionNumber(ctx, input)),
  redeem: publicProcedure
    .input(
      z.strictObject({ number: z.string().max(TYPED_NUMBER_MAX_LENGTH), device: deviceInformationSchema }),
    )
    .output(z.object({ sessionId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const { ticketHash, setCookie } = createCustomerTicket(ctx.env);
      const redeemed = await redeemReceptionNumber(ctx, { ...input, ticketHash });
      ctx.resHeaders.append("set-cookie", setCookie);
      return redeemed;
    }),
});
