import { z } from "zod";
import { relayAssignmentSchema } from "@/protocol/join-token";
import { endAsSupervisor } from "@/server/domain/supervision/end-as-supervisor";
import { observeSession } from "@/server/domain/supervision/observe-session";
import { watchLive, watchSupervised } from "@/server/domain/supervision/watch-live";
import { createRouter, supervisorProcedure } from "./init";
import { signalOf } from "./subscription-signal";

const nothing = z.strictObject({});
const oneSession = z.strictObject({ sessionId: z.uuid() });

/** A company's live sessions, for supervisors. */
export const supervisionRouter = createRouter({
  watchLive: supervisorProcedure.subscription(({ ctx, signal }) => watchLive(ctx, signalOf(signal))),
  watch: supervisorProcedure
    .input(oneSession)
    .subscription(({ ctx, input, signal }) => watchSupervised(ctx, input, signalOf(signal))),
  observe: supervisorProcedure
    .input(oneSession)
    .output(relayAssignmentSchema)
    .mutation(({ ctx, input }) => observeSession(ctx, input)),
  end: supervisorProcedure
    .input(oneSession)
    .output(nothing)
    .mutation(({ ctx, input }) => endAsSupervisor(ctx, input)),
});
