import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import type { DeviceInformation } from "@/protocol/device-information";
import { parseReceptionNumber } from "@/protocol/reception-number";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ReceptionState } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { admitsCustomers } from "@/server/domain/companies/company-state";
import { admitRedemption } from "@/server/domain/redemption-throttle/admit-redemption";
import type { ServiceContext } from "@/server/domain/service-context";
import { customerOf } from "@/server/domain/support-sessions/own-session";
import { NO_PERMISSIONS } from "@/server/domain/support-sessions/session-record";
import { hashReceptionNumber } from "./number-hash";

/** How long a number that is over is still told apart from one that never was: a customer may come late, not days late. */
const REMEMBERED_FOR_MS = 24 * 60 * 60_000;

export interface Redemption {
  /** As typed. */
  readonly number: string;
  readonly device: DeviceInformation;
  /** Hash of the fresh ticket that the browser gets when the number is right. */
  readonly ticketHash: Uint8Array<ArrayBuffer>;
}

/**
 * A customer's number becomes a waiting session. Of many tries at one number at the same instant one wins, by a conditional
 * update. Whose number it is stays untold. Every wrong number takes the same queries, so that the time an
 * answer takes says no more than the answer.
 *
 * @throws AppError RECEPTION_MALFORMED (costs nothing: it is no guess), RECEPTION_THROTTLED, RECEPTION_UNKNOWN,
 *   RECEPTION_EXPIRED, RECEPTION_USED, RECEPTION_CANCELLED
 */
export async function redeemReceptionNumber(
  ctx: ServiceContext,
  { number, device, ticketHash }: Redemption,
): Promise<{ sessionId: string }> {
  const digits = parseReceptionNumber(number);
  if (digits === null) throw new AppError("RECEPTION_MALFORMED");
  const admission = await admitRedemption(ctx, digits);
  const numberHash = hashReceptionNumber(ctx.env.NUMBER_KEY, digits);
  const outcome = await ctx.db.$transaction(async (tx): Promise<{ sessionId: string } | ErrorCode> => {
    const reception = await take(ctx, tx, numberHash);
    if (!reception) return whyNot(ctx, tx, numberHash);
    if (!(await admitsCustomers(tx, reception.companyId))) {
      // Suspended or closed a moment ago, and its numbers are being cancelled just now.
      await tx.receptionNumber.update({
        where: { id: reception.id },
        data: { state: "cancelled" },
        select: { id: true },
      });
      return "RECEPTION_CANCELLED";
    }
    const sessionId = newId();
    await tx.supportSession.create({
      data: {
        id: sessionId,
        companyId: reception.companyId,
        operatorId: reception.operatorId,
        receptionId: reception.id,
        ticketHash,
        createdAt: ctx.now(),
        device,
        permissions: { ...NO_PERMISSIONS },
      },
      select: { id: true },
    });
    await recordAuditEvent(tx, ctx, {
      action: "reception.redeemed",
      subject: `reception:${reception.id}`,
      companyId: reception.companyId,
      actor: customerOf(sessionId),
      detail: { sessionId },
    });
    await notify(tx, `operator:${reception.operatorId}`, `company:${reception.companyId}`);
    return { sessionId };
  });
  if (typeof outcome === "string") throw new AppError(outcome);
  ctx.metrics.received("redeemed");
  await admission.refund().catch((error: unknown) => {
    // The session stands; that its number cost the address one try is the lesser harm.
    ctx.log.warn({ err: error }, "a right reception number could not be refunded");
  });
  return outcome;
}

/** The winner's row; null for everybody else. A disabled operator's numbers are dead. */
async function take(ctx: ServiceContext, tx: DatabaseOrTransaction, numberHash: Uint8Array<ArrayBuffer>) {
  const [reception] = await tx.receptionNumber.updateManyAndReturn({
    where: { numberHash, state: "live", expiresAt: { gt: ctx.now() }, operator: { disabledAt: null } },
    data: { state: "used" },
    select: { id: true, companyId: true, operatorId: true },
  });
  return reception ?? null;
}

const refusalByState = {
  // Live, and yet it could not be taken: it lapsed a moment ago and the job has not come by.
  live: "RECEPTION_EXPIRED",
  expired: "RECEPTION_EXPIRED",
  used: "RECEPTION_USED",
  cancelled: "RECEPTION_CANCELLED",
} as const satisfies Record<ReceptionState, ErrorCode>;

async function whyNot(
  ctx: ServiceContext,
  tx: DatabaseOrTransaction,
  numberHash: Uint8Array<ArrayBuffer>,
): Promise<ErrorCode> {
  const newest = await tx.receptionNumber.findFirst({
    where: { numberHash, issuedAt: { gt: new Date(ctx.now().getTime() - REMEMBERED_FOR_MS) } },
    orderBy: { issuedAt: "desc" },
    select: { state: true },
  });
  return newest ? refusalByState[newest.state] : "RECEPTION_UNKNOWN";
}
