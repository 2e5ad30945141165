import { z } from "zod";
import type { Database } from "@/server/db/client";
import { OperatorRole, SignInStage } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import { DEFAULT_POLICY, PROVIDER_POLICY, passwordExpiresAt } from "@/server/domain/accounts/account-policy";
import type { OperatorActor, ProviderActor } from "@/server/domain/service-context";
import { isInAllowedNetworks } from "./allowed-networks";
import { hashRandomSecret } from "./random-secret";

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
  const row = await readRow(db, secretHash);
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

const signInRowSchema = z.object({
  id: z.string(),
  stage: z.enum(SignInStage),
  createdAt: z.date(),
  lastSeenAt: z.date(),
  expiresAt: z.date(),
  revokedAt: z.date().nullable(),
  operatorId: z.string().nullable(),
  providerAccountId: z.string().nullable(),
  name: z.string(),
  role: z.enum(OperatorRole).nullable(),
  companyId: z.string().nullable(),
  companyName: z.string().nullable(),
  /** Whether the account, or all of its company, may not be used at the moment. */
  isStopped: z.boolean(),
  mustChangePassword: z.boolean(),
  passwordChangedAt: z.date().nullable(),
  passwordMaxAgeDays: z.number().nullable(),
  hasSecondFactor: z.boolean(),
  mfaRequired: z.boolean(),
  idleMinutes: z.number().nullable(),
  absoluteMinutes: z.number().nullable(),
  allowedNetworks: z.array(z.string()).nullable(),
});
type SignInRow = z.output<typeof signInRowSchema>;

/** One statement, as it is asked with every request: Prisma would send one for each of the tables. */
async function readRow(db: Database, secretHash: Uint8Array): Promise<SignInRow | null> {
  const rows = await db.$queryRaw`
    /* prepared sign_in */
    SELECT s.id, s.stage::text AS stage, s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt",
           s.expires_at AS "expiresAt", s.revoked_at AS "revokedAt",
           s.operator_id AS "operatorId", s.provider_account_id AS "providerAccountId",
           coalesce(o.name, a.name) AS name, o.role::text AS role, c.id AS "companyId", c.name AS "companyName",
           coalesce(o.disabled_at, o.deleted_at, c.suspended_at, c.closed_at, a.disabled_at) IS NOT NULL AS "isStopped",
           coalesce(o.must_change_password, a.must_change_password) AS "mustChangePassword",
           coalesce(o.password_changed_at, a.password_changed_at) AS "passwordChangedAt",
           p.password_max_age_days AS "passwordMaxAgeDays",
           EXISTS (
             SELECT FROM totp_credential t
             WHERE (t.operator_id = s.operator_id OR t.provider_account_id = s.provider_account_id)
               AND t.confirmed_at IS NOT NULL
           ) OR EXISTS (
             SELECT FROM passkey k
             WHERE k.operator_id = s.operator_id OR k.provider_account_id = s.provider_account_id
           ) AS "hasSecondFactor",
           coalesce(p.mfa_required, false) AS "mfaRequired",
           p.sign_in_idle_minutes AS "idleMinutes", p.sign_in_absolute_minutes AS "absoluteMinutes",
           p.allowed_networks AS "allowedNetworks"
    FROM sign_in s
    LEFT JOIN operator o ON o.id = s.operator_id
    LEFT JOIN company c ON c.id = o.company_id
    LEFT JOIN company_policy p ON p.company_id = c.id
    LEFT JOIN provider_account a ON a.id = s.provider_account_id
    WHERE s.secret_hash = ${secretHash}`;
  return z.array(signInRowSchema).parse(rows)[0] ?? null;
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
