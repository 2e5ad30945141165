import type { Database } from "@/server/db/client";
import type { SignInStage } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import { DEFAULT_POLICY, PROVIDER_POLICY, passwordExpiresAt } from "@/server/domain/accounts/account-policy";
import type { OperatorActor, ProviderActor } from "@/server/domain/service-context";
import { isInAllowedNetworks } from "./allowed-networks";
import { hashRandomSecret } from "./random-secret";
import { readSignInRow, type SignInRow } from "./read-sign-in-row";

const TOUCH_INTERVAL_MS = 60_000;
const MINUTE_MS = 60_000;

/** Who has signed in, and how far. */
export interface PartialSignIn {
  readonly actor: OperatorActor | ProviderActor;
  readonly stage: SignInStage;
}

/**
 * Whom a sign-in secret stands for at this moment: looked up on every request, so that a revoked row, a disabled or
 * deleted account, a suspended company, a network that is not allowed or an expiry counts at once and on every server.
 * Null: nobody (any more).
 *
 * @param options.touch whether this counts as use of the sign-in (written at most once a minute)
 * @param options.clientAddress whence the request comes. While the second factor is awaited it does not matter yet: that
 *   the network is wrong is told only to whoever has proved everything else.
 */
export async function resolveSignIn(
  db: Database,
  secret: string | undefined,
  now: Date,
  options: { readonly touch: boolean; readonly clientAddress: string | null },
): Promise<PartialSignIn | null> {
  const secretHash = hashRandomSecret(secret);
  if (!secretHash) return null;
  const row = await readSignInRow(db, secretHash);
  if (!row || row.revokedAt) return null;

  const policy = row.operatorId === null ? PROVIDER_POLICY : DEFAULT_POLICY;
  const endsAtMs = Math.min(
    row.expiresAt.getTime(),
    // A company that shortens the time means the sign-ins that are there as well.
    row.createdAt.getTime() + (row.absoluteMinutes ?? policy.signInAbsoluteMinutes) * MINUTE_MS,
  );
  const idleMs = now.getTime() - row.lastSeenAt.getTime();
  if (endsAtMs <= now.getTime()) return null;
  if (idleMs >= (row.idleMinutes ?? policy.signInIdleMinutes) * MINUTE_MS) return null;

  const actor = toActor(row);
  if (!actor) return null;
  if (
    row.stage !== "second_factor" &&
    !isInAllowedNetworks(options.clientAddress ?? "", row.allowedNetworks ?? [])
  ) {
    return null;
  }
  if (options.touch && idleMs >= TOUCH_INTERVAL_MS) {
    // Conditional, so that of many requests at the same moment one writes.
    await db.signIn.updateMany({
      where: { id: row.id, lastSeenAt: row.lastSeenAt, revokedAt: null },
      data: { lastSeenAt: now },
    });
  }
  return { actor, stage: stageNow(row, now) };
}

/** A sign-in that was complete is not any more when the policy has come to ask for more. */
function stageNow(row: SignInRow, now: Date): SignInStage {
  if (row.stage !== "complete") return row.stage;
  // Provider accounts get no complete sign-in without a second factor, and whoever takes it away revokes their sign-ins.
  if (row.mfaRequired && !row.hasSecondFactor) return "enrolment";
  const expiresAt = passwordExpiresAt(
    { passwordMaxAgeDays: row.passwordMaxAgeDays ?? 0 },
    row.passwordChangedAt,
  );
  if (row.mustChangePassword || (expiresAt !== null && expiresAt <= now)) return "password_change";
  return "complete";
}

/** Ends a sign-in, in every open page of that browser as well. Unknown and already revoked secrets change nothing. */
export async function revokeSignIn(
  db: Database,
  secret: string | undefined,
  now: Date,
): Promise<string | null> {
  const secretHash = hashRandomSecret(secret);
  if (!secretHash) return null;
  return db.$transaction(async (tx) => {
    const [row] = await tx.signIn.updateManyAndReturn({
      where: { secretHash, revokedAt: null },
      data: { revokedAt: now },
      select: { id: true },
    });
    if (!row) return null;
    await notify(tx, `sign_in:${row.id}`);
    return row.id;
  });
}

function toActor(row: SignInRow): OperatorActor | ProviderActor | null {
  if (row.isStopped) return null;
  if (row.operatorId !== null && row.companyId !== null && row.companyName !== null && row.role !== null) {
    return {
      kind: "operator",
      operatorId: row.operatorId,
      operatorName: row.name,
      companyId: row.companyId,
      companyName: row.companyName,
      role: row.role,
      signInId: row.id,
    };
  }
  if (row.providerAccountId === null) return null;
  return {
    kind: "provider",
    providerAccountId: row.providerAccountId,
    name: row.name,
    signInId: row.id,
  };
}
