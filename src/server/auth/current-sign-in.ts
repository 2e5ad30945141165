import type { Database } from "@/server/db/client";
import type { SignInStage } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import type { OperatorActor, ProviderActor } from "@/server/domain/service-context";
import { isInAllowedNetworks } from "./allowed-networks";
import { hashRandomSecret } from "./random-secret";

/** How long a provider's sign-in lasts without use, and in any case; companies set their own. */
export const PROVIDER_SIGN_IN_IDLE_MINUTES = 60;
export const PROVIDER_SIGN_IN_ABSOLUTE_MINUTES = 720;
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
  const row = await db.signIn.findUnique({
    where: { secretHash },
    include: {
      operator: { include: { company: { include: { policy: true } } } },
      providerAccount: true,
    },
  });
  if (!row || row.revokedAt || row.expiresAt <= now) return null;

  const policy = row.operator?.company.policy;
  const idleMinutes = policy?.signInIdleMinutes ?? PROVIDER_SIGN_IN_IDLE_MINUTES;
  const idleMs = now.getTime() - row.lastSeenAt.getTime();
  if (idleMs >= idleMinutes * MINUTE_MS) return null;

  const actor = toActor(row);
  if (!actor) return null;
  if (
    row.stage !== "second_factor" &&
    !isInAllowedNetworks(options.clientAddress ?? "", policy?.allowedNetworks ?? [])
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
  return { actor, stage: row.stage };
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

interface SignInRow {
  readonly id: string;
  readonly operator: {
    readonly id: string;
    readonly name: string;
    readonly role: OperatorActor["role"];
    readonly disabledAt: Date | null;
    readonly deletedAt: Date | null;
    readonly company: {
      readonly id: string;
      readonly name: string;
      readonly suspendedAt: Date | null;
      readonly closedAt: Date | null;
    };
  } | null;
  readonly providerAccount: {
    readonly id: string;
    readonly name: string;
    readonly disabledAt: Date | null;
  } | null;
}

function toActor(row: SignInRow): OperatorActor | ProviderActor | null {
  const { operator, providerAccount } = row;
  if (operator) {
    const { company } = operator;
    if (operator.disabledAt || operator.deletedAt || company.suspendedAt || company.closedAt) return null;
    return {
      kind: "operator",
      operatorId: operator.id,
      operatorName: operator.name,
      companyId: company.id,
      companyName: company.name,
      role: operator.role,
      signInId: row.id,
    };
  }
  if (providerAccount && !providerAccount.disabledAt) {
    return {
      kind: "provider",
      providerAccountId: providerAccount.id,
      name: providerAccount.name,
      signInId: row.id,
    };
  }
  return null;
}
