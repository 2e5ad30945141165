import { AppError } from "@/lib/app-error";
import { hashRandomSecret } from "@/server/auth/random-secret";
import type { AnonymousActor, ServiceContext } from "@/server/domain/service-context";
import { type SessionRecord, sessionColumns } from "@/server/domain/support-sessions/session-record";
import { admitPairing, chargePairing } from "./admit-pairing";

/**
 * The live session that a tool's secret opens. It is found by the secret's hash, so that the time that takes says nothing of the
 * secret.
 *
 * @throws AppError PAIRING_THROTTLED, PAIRING_INVALID, SESSION_ENDED
 */
export async function toolSession(
  ctx: ServiceContext<AnonymousActor>,
  toolSecret: string,
): Promise<{ session: SessionRecord; sharesDevice: boolean }> {
  const admission = await admitPairing(ctx);
  const secretHash = hashRandomSecret(toolSecret);
  const pairing =
    secretHash &&
    (await ctx.db.toolPairing.findUnique({
      where: { secretHash },
      select: { id: true, sharesDevice: true, session: { select: sessionColumns } },
    }));
  if (!pairing) throw new AppError("PAIRING_INVALID");
  await admission.refund();
  await chargePairing(ctx, pairing.id);
  const { session, sharesDevice } = pairing;
  if (session.phase !== "live") throw new AppError("SESSION_ENDED");
  return { session, sharesDevice };
}
