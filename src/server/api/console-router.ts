import { watchConsole } from "@/server/domain/support-sessions/watch-console";
import { createRouter, operatorProcedure } from "./init";
import { signalOf } from "./subscription-signal";

/** The console's first page. */
export const consoleRouter = createRouter({
  watch: operatorProcedure.subscription(({ ctx, signal }) => watchConsole(ctx, signalOf(signal))),
});
