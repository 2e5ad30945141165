import { AppError } from "@/lib/app-error";
import { Prisma } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";

/**
 * Erases what a session tells about its customer: device information and note. Times, operator, reason and traffic stay, as
 * does the fact of the erasure. A second time changes nothing.
 *
 * @throws AppError NOT_FOUND, SESSION_WRONG_PHASE while it goes on
 */
export async function eraseSession(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
): Promise<Record<string, never>> {
  const { companyId } = ctx.actor;
  await ctx.db.$transaction(async (tx) => {
    const before = await tx.supportSession.findFirst({
      where: { id: sessionId, companyId },
      select: { operatorId: true, device: true, toolDevice: true, note: true },
    });
    if (!before) throw new AppError("NOT_FOUND");
    const { count } = await tx.supportSession.updateMany({
      where: { id: sessionId, companyId, phase: "ended", erasedAt: null },
      data: { device: Prisma.DbNull, toolDevice: Prisma.DbNull, note: "", erasedAt: ctx.now() },
    });
    if (count === 0) {
      const erased = await tx.supportSession.count({
        where: { id: sessionId, companyId, erasedAt: { not: null } },
      });
      if (erased === 0) throw new AppError("SESSION_WRONG_PHASE");
      return;
    }
    await recordAuditEvent(tx, ctx, {
      action: "session.erased",
      subject: `session:${sessionId}`,
      companyId,
      detail: {
        before: {
          hasDevice: before.device !== null || before.toolDevice !== null,
          noteLength: before.note.length,
        },
        after: { hasDevice: false, noteLength: 0 },
      },
    });
    await notify(tx, `session:${sessionId}`, `operator:${before.operatorId}`);
  });
  return {};
}
