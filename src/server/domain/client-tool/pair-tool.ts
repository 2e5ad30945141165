import { AppError } from "@/lib/app-error";
import { PAIRING_TTL_SECONDS } from "@/protocol/client-tool";
import { createShortSecret } from "@/server/auth/random-secret";
import { newId } from "@/server/db/new-id";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { CustomerActor, ServiceContext } from "@/server/domain/service-context";
import { grantablePermissions } from "@/server/domain/support-sessions/grantable-permissions";
import { customerOf, ticketSession, wrongPhase } from "@/server/domain/support-sessions/own-session";
import { chargeSession } from "./admit-pairing";

export interface PairingWish {
  /** Whether the customer agrees to tell about the machine. */
  readonly sharesDevice: boolean;
  /** The language of the customer's page, which the tool then speaks. */
  readonly language: "ja" | "en";
}

/**
 * The token with which a Client Tool gets into the customer's session: once, and for ten minutes. An earlier one that nobody has
 * redeemed is void from now on.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE, PERMISSION_DENIED where plan or policy let nobody control,
 *   PAIRING_THROTTLED
 */
export async function pairTool(
  ctx: ServiceContext<CustomerActor>,
  { sharesDevice, language }: PairingWish,
): Promise<{ token: string; expiresAt: Date }> {
  const session = await ticketSession(ctx, ctx.db);
  if (session.phase !== "live") throw wrongPhase(session);
  if (!grantablePermissions(session.company).control) throw new AppError("PERMISSION_DENIED");
  await chargeSession(ctx, session.id);
  const { secret: token, hash: tokenHash } = createShortSecret();
  const now = ctx.now();
  const expiresAt = new Date(now.getTime() + PAIRING_TTL_SECONDS * 1000);
  await ctx.db.$transaction(async (tx) => {
    // Two calls of the same moment wait here for one another, so that one token is left.
    const { count } = await tx.supportSession.updateMany({
      where: { id: session.id, phase: "live" },
      data: { phase: "live" },
    });
    if (count === 0) throw new AppError("SESSION_ENDED");
    await tx.toolPairing.deleteMany({ where: { sessionId: session.id, redeemedAt: null } });
    await tx.toolPairing.create({
      data: {
        id: newId(),
        sessionId: session.id,
        tokenHash,
        sharesDevice,
        language,
        createdAt: now,
        expiresAt,
      },
      select: { id: true },
    });
    await recordAuditEvent(tx, ctx, {
      action: "session.tool_offered",
      subject: `session:${session.id}`,
      companyId: session.companyId,
      actor: customerOf(session.id),
      detail: { sharesDevice },
    });
  });
  return { token, expiresAt };
}
