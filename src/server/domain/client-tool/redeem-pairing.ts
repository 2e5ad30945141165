import type { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import type { RedeemedPairing, redeemPairingInput } from "@/protocol/client-tool";
import { createRandomSecret, hashShortSecret } from "@/server/auth/random-secret";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { AnonymousActor, ServiceContext } from "@/server/domain/service-context";
import { companyFace } from "@/server/domain/support-sessions/company-face";
import { grantablePermissions } from "@/server/domain/support-sessions/grantable-permissions";
import { customerOf } from "@/server/domain/support-sessions/own-session";
import { sessionColumns } from "@/server/domain/support-sessions/session-record";
import { admitPairing } from "./admit-pairing";

/**
 * A token becomes a secret of the tool's own. Of many tries at one token at the same instant one wins, by a conditional update. The secret
 * of an earlier tool of the session opens nothing any more: the customer has started this one.
 *
 * @throws AppError PAIRING_THROTTLED, PAIRING_INVALID for a token that nobody was given or that a newer one has replaced,
 *   PAIRING_USED, PAIRING_EXPIRED, SESSION_ENDED, PERMISSION_DENIED where plan or policy let nobody control any more
 */
export async function redeemPairing(
  ctx: ServiceContext<AnonymousActor>,
  { token, platform, version }: z.output<typeof redeemPairingInput>,
): Promise<RedeemedPairing> {
  const admission = await admitPairing(ctx);
  const tokenHash = hashShortSecret(token);
  const { secret: toolSecret, hash: secretHash } = createRandomSecret();
  const now = ctx.now();
  const outcome = await ctx.db.$transaction(async (tx): Promise<RedeemedPairing | ErrorCode> => {
    const [pairing] = await tx.toolPairing.updateManyAndReturn({
      where: { tokenHash, redeemedAt: null, expiresAt: { gt: now }, session: { phase: "live" } },
      data: { redeemedAt: now, secretHash },
      select: { id: true, language: true, sharesDevice: true, session: { select: sessionColumns } },
    });
    if (!pairing) return whyNot(tx, tokenHash);
    const { session } = pairing;
    if (!grantablePermissions(session.company).control) throw new AppError("PERMISSION_DENIED");
    await tx.toolPairing.deleteMany({ where: { sessionId: session.id, id: { not: pairing.id } } });
    await recordAuditEvent(tx, ctx, {
      action: "session.tool_paired",
      subject: `session:${session.id}`,
      companyId: session.companyId,
      actor: customerOf(session.id),
      detail: { platform, version },
    });
    return {
      sessionId: session.id,
      toolSecret,
      operatorName: session.operator.name,
      companyName: companyFace(session.companyId, session.company).companyName,
      language: pairing.language === "ja" ? "ja" : "en",
      sharesDevice: pairing.sharesDevice,
    };
  });
  if (typeof outcome === "string") throw new AppError(outcome);
  await admission.refund().catch((error: unknown) => {
    // The tool is paired; that its token cost the address one try is the lesser harm.
    ctx.log.warn({ err: error }, "a right pairing token could not be refunded");
  });
  return outcome;
}

async function whyNot(tx: DatabaseOrTransaction, tokenHash: Uint8Array<ArrayBuffer>): Promise<ErrorCode> {
  const pairing = await tx.toolPairing.findUnique({
    where: { tokenHash },
    select: { redeemedAt: true, session: { select: { phase: true } } },
  });
  if (!pairing) return "PAIRING_INVALID";
  if (pairing.session.phase === "ended") return "SESSION_ENDED";
  return pairing.redeemedAt === null ? "PAIRING_EXPIRED" : "PAIRING_USED";
}
