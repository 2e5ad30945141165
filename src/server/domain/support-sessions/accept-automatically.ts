import { AppError } from "@/lib/app-error";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { acceptSession } from "./accept-session";
import { ownSessions } from "./own-session";

/**
 * Accepts the operator's waiting customers where the company's policy says that this happens by itself. One who cannot be
 * accepted now, because the plan allows no more sessions or another tab was faster, goes on waiting.
 */
export async function acceptAutomatically(ctx: ServiceContext<OperatorActor>): Promise<void> {
  const waiting = await ctx.db.supportSession.findMany({
    where: { ...ownSessions(ctx.actor), phase: "waiting", company: { policy: { autoAccept: true } } },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true },
  });
  for (const { id } of waiting) {
    try {
      await acceptSession(ctx, { sessionId: id }, { automatic: true });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      ctx.log.debug({ sessionId: id, code: error.code }, "a customer could not be accepted automatically");
    }
  }
}
