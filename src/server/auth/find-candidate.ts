import { z } from "zod";
import type { AccountPolicy } from "@/server/domain/accounts/account-policy";
import { DEFAULT_POLICY, PROVIDER_POLICY } from "@/server/domain/accounts/account-policy";
import type { AccountRef } from "@/server/domain/accounts/account-ref";
import type { ServiceContext } from "@/server/domain/service-context";

/** The account that was typed. */
export type TypedAccount =
  | { readonly kind: "operator"; readonly companyCode: string; readonly operatorCode: string }
  | { readonly kind: "provider"; readonly providerCode: string };

/** What the database knows of the account that somebody typed; the parts that do not exist are null. */
export interface Candidate {
  readonly companyId: string | null;
  /** Also of an account that cannot be signed in to, for the audit log. */
  readonly ref: AccountRef | null;
  /** Disabled or deleted, or its company is closed. */
  readonly isGone: boolean;
  readonly passwordHash: string | null;
  readonly policy: Pick<AccountPolicy, "lockoutThreshold" | "lockoutMinutes">;
}

const operatorRowSchema = z.object({
  companyId: z.string(),
  isClosed: z.boolean(),
  operatorId: z.string().nullable(),
  passwordHash: z.string().nullable(),
  isDisabled: z.boolean(),
  lockoutThreshold: z.number().nullable(),
  lockoutMinutes: z.number().nullable(),
});

const NOBODY: Candidate = {
  companyId: null,
  ref: null,
  isGone: true,
  passwordHash: null,
  policy: DEFAULT_POLICY,
};

/** Looks up what was typed: one statement, whatever of it exists. Prisma would ask for the operator only after finding the company. */
export async function findCandidate(
  ctx: Pick<ServiceContext, "db">,
  typed: TypedAccount,
): Promise<Candidate> {
  return typed.kind === "operator" ? findOperator(ctx, typed) : findProvider(ctx, typed.providerCode);
}

async function findOperator(
  ctx: Pick<ServiceContext, "db">,
  { companyCode, operatorCode }: Extract<TypedAccount, { kind: "operator" }>,
): Promise<Candidate> {
  const rows = await ctx.db.$queryRaw`
    SELECT c.id AS "companyId", c.closed_at IS NOT NULL AS "isClosed",
           o.id AS "operatorId", o.password_hash AS "passwordHash", o.disabled_at IS NOT NULL AS "isDisabled",
           p.lockout_threshold AS "lockoutThreshold", p.lockout_minutes AS "lockoutMinutes"
    FROM company c
    LEFT JOIN company_policy p ON p.company_id = c.id
    LEFT JOIN operator o ON o.company_id = c.id AND o.code = ${operatorCode} AND o.deleted_at IS NULL
    WHERE c.code = ${companyCode}`;
  const [row] = z.array(operatorRowSchema).parse(rows);
  if (!row) return NOBODY;
  return {
    companyId: row.companyId,
    ref: row.operatorId === null ? null : { operatorId: row.operatorId },
    isGone: row.operatorId === null || row.isClosed || row.isDisabled,
    passwordHash: row.passwordHash,
    policy: {
      lockoutThreshold: row.lockoutThreshold ?? DEFAULT_POLICY.lockoutThreshold,
      lockoutMinutes: row.lockoutMinutes ?? DEFAULT_POLICY.lockoutMinutes,
    },
  };
}

async function findProvider(ctx: Pick<ServiceContext, "db">, code: string): Promise<Candidate> {
  const row = await ctx.db.providerAccount.findUnique({ where: { code } });
  if (!row) return NOBODY;
  return {
    companyId: null,
    ref: { providerAccountId: row.id },
    isGone: row.disabledAt !== null,
    passwordHash: row.passwordHash,
    policy: PROVIDER_POLICY,
  };
}
