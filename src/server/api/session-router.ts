import { z } from "zod";
import { negotiateLocale } from "@/i18n/locales";
import { LOCALE_COOKIE } from "@/lib/preferences";
import { pairingTokenSchema } from "@/protocol/client-tool";
import { relayAssignmentSchema, relayTroubleSchema } from "@/protocol/join-token";
import { qualityReportSchema } from "@/protocol/session-log";
import { parseCookies } from "@/server/auth/cookies";
import { pairTool } from "@/server/domain/client-tool/pair-tool";
import { reportQuality } from "@/server/domain/session-log/report-quality";
import { acceptSession } from "@/server/domain/support-sessions/accept-session";
import { declineSession } from "@/server/domain/support-sessions/decline-session";
import { endSessionAsOperator } from "@/server/domain/support-sessions/end-session-as-operator";
import { joinSession } from "@/server/domain/support-sessions/join-session";
import { watchSession } from "@/server/domain/support-sessions/watch-session";
import { createRouter, customerProcedure, operatorProcedure } from "./init";
import { signalOf } from "./subscription-signal";

const nothing = z.strictObject({});
const oneSession = z.strictObject({ sessionId: z.uuid() });

/** An operator's own sessions; what a customer may ask for in one is the customer's own (see `customer-router.ts`), but for the tool. */
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
  /** The customer's: the session is the one that its ticket opens. */
  pairTool: customerProcedure
    .input(z.strictObject({ sharesDevice: z.boolean() }))
    .output(z.object({ token: pairingTokenSchema, expiresAt: z.date() }))
    .mutation(({ ctx, input }) => {
      const chosen = parseCookies(ctx.headers.get("cookie")).get(LOCALE_COOKIE);
      const language = negotiateLocale(chosen, ctx.headers.get("accept-language"));
      return pairTool(ctx, { ...input, language });
    }),
  reportQuality: operatorProcedure
    .input(qualityReportSchema)
    .output(nothing)
    .mutation(({ ctx, input }) => reportQuality(ctx, input)),
});
