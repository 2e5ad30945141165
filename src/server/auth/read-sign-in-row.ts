import { z } from "zod";
import { type Database, queryPrepared } from "@/server/db/client";
import { OperatorRole, SignInStage } from "@/server/db/generated/client";

const signInRowSchema = z.object({
  secretHash: z.instanceof(Uint8Array),
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
/** A sign-in with its account, company and policy. */
export type SignInRow = z.output<typeof signInRowSchema>;

/** One statement, as it is asked with every request: Prisma would send one for each of the tables. */
const STATEMENT = `
    SELECT s.secret_hash AS "secretHash", s.id, s.stage::text AS stage, s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt",
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
    WHERE s.secret_hash = ANY($1::bytea[])`;

interface Asked {
  readonly secretHash: Uint8Array;
  readonly resolve: (row: SignInRow | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Who waits for the next statement. */
const askedOf = new WeakMap<Database, Asked[]>();

/**
 * The sign-in with this hash, read after the call: requests that arrive in the same turn of the event loop are answered by one
 * statement, which is sent when all of them are there.
 *
 * @returns null: there is none
 */
export function readSignInRow(db: Database, secretHash: Uint8Array): Promise<SignInRow | null> {
  return new Promise((resolve, reject) => {
    const one: Asked = { secretHash, resolve, reject };
    const asked = askedOf.get(db);
    if (asked) {
      asked.push(one);
      return;
    }
    const all = [one];
    askedOf.set(db, all);
    setImmediate(() => {
      askedOf.delete(db);
      void answer(db, all);
    });
  });
}

async function answer(db: Database, asked: readonly Asked[]): Promise<void> {
  try {
    const hashes = new Map(asked.map(({ secretHash }) => [keyOf(secretHash), secretHash]));
    const rows = await queryPrepared(db, {
      name: "sign_in",
      text: STATEMENT,
      values: [[...hashes.values()]],
    });
    const byHash = new Map(
      z
        .array(signInRowSchema)
        .parse(rows)
        .map((row) => [keyOf(row.secretHash), row]),
    );
    for (const { secretHash, resolve } of asked) resolve(byHash.get(keyOf(secretHash)) ?? null);
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString("latin1");
}
