import { AppError } from "@/lib/app-error";
import type { SurveyAnswer } from "@/protocol/session-log";
import type { CustomerActor, ServiceContext } from "@/server/domain/service-context";
import { ticketSession } from "@/server/domain/support-sessions/own-session";

/**
 * The customer's one answer after a session in which something was shared. The first one counts.
 *
 * @throws AppError NOT_FOUND without a ticket that opens a session, SESSION_WRONG_PHASE before the end and once it is answered
 */
export async function answerSurvey(
  ctx: ServiceContext<CustomerActor>,
  { answer }: { answer: SurveyAnswer },
): Promise<Record<string, never>> {
  const session = await ticketSession(ctx, ctx.db);
  const { count } = await ctx.db.supportSession.updateMany({
    where: { id: session.id, phase: "ended", startedAt: { not: null }, surveyAnswer: null },
    data: { surveyAnswer: answer },
  });
  if (count === 0) throw new AppError("SESSION_WRONG_PHASE");
  return {};
}
