import { AppError } from "@/lib/app-error";
import { assertUnreachable } from "@/lib/assert-unreachable";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { ownReceptions } from "./own-receptions";

/**
 * Takes a number back before anybody used it. A number that is cancelled or has lapsed already is as the operator wants it.
 *
 * @throws AppError NOT_FOUND (also for another operator's), RECEPTION_USED
 */
export async function cancelReceptionNumber(
  ctx: ServiceContext<OperatorActor>,
  { receptionId }: { receptionId: string },
): Promise<Record<string, never>> {
  const own = { ...ownReceptions(ctx.actor), id: receptionId };
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.receptionNumber.updateMany({
      where: { ...own, state: "live" },
      data: { state: "cancelled" },
    });
    if (count === 0) {
      const reception = await tx.receptionNumber.findFirst({ where: own, select: { state: true } });
      if (!reception) throw new AppError("NOT_FOUND");
      switch (reception.state) {
        case "used":
          throw new AppError("RECEPTION_USED");
        case "cancelled":
        case "expired":
        case "live":
          return;
        default:
          return assertUnreachable(reception.state);
      }
    }
    await recordAuditEvent(tx, ctx, {
      action: "reception.cancelled",
      subject: `reception:${receptionId}`,
      companyId: ctx.actor.companyId,
    });
    await notify(tx, `operator:${ctx.actor.operatorId}`);
  });
  return {};
}
