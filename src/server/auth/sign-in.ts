import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { newId } from "@/server/db/new-id";
import { notify } from "@/server/db/notifications";
import type { ServiceContext } from "@/server/domain/service-context";
import { PROVIDER_SIGN_IN_ABSOLUTE_MINUTES } from "./current-sign-in";
import { verifyPassword } from "./password-hash";
import { createRandomSecret, hashRandomSecret } from "./random-secret";
import type { OperatorSignInInput, ProviderSignInInput } from "./sign-in-input";
import {
  admitSignIn,
  type KnownAccount,
  recordFailure,
  recordSuccess,
  refundSignIn,
  type SignInTry,
} from "./sign-in-policy";

const MINUTE_MS = 60_000;
const MAX_USER_AGENT_LENGTH = 300;

/** The browser that signs in. */
export interface Browser {
  readonly userAgent: string;
  /** The sign-in that it had so far, which the new one replaces. */
  readonly formerSecret: string | undefined;
}

/** An account as sign-in needs it; `passwordHash` null: there is none, or it is disabled. */
interface Candidate extends KnownAccount {
  readonly passwordHash: string | null;
  readonly absoluteMinutes: number;
}

const operatorRowSchema = z.object({
  companyId: z.string(),
  operatorId: z.string().nullable(),
  passwordHash: z.string().nullable(),
  disabledAt: z.date().nullable(),
  absoluteMinutes: z.number(),
});

const NOBODY: Candidate = {
  companyId: null,
  operatorId: null,
  providerAccountId: null,
  passwordHash: null,
  absoluteMinutes: 0,
};

/**
 * Signs an operator in.
 *
 * A wrong company code, ID and password and a disabled account are answered alike, after the same work: one query, one
 * argon2 verification, one transaction of two inserts.
 *
 * @returns the secret of the new sign-in, for the cookie
 * @throws AppError `SIGN_IN_FAILED`, `SIGN_IN_THROTTLED`
 */
export async function signInOperator(
  ctx: ServiceContext,
  input: OperatorSignInInput,
  browser: Browser,
): Promise<string> {
  const { companyCode, operatorCode } = input;
  const attempt = await admitSignIn(ctx, { kind: "operator", companyCode, operatorCode });
  return finish(ctx, attempt, await findOperator(ctx, companyCode, operatorCode), input.password, browser);
}

/**
 * Signs somebody in who runs the service; otherwise like {@link signInOperator}.
 *
 * @throws AppError `SIGN_IN_FAILED`, `SIGN_IN_THROTTLED`
 */
export async function signInProvider(
  ctx: ServiceContext,
  input: ProviderSignInInput,
  browser: Browser,
): Promise<string> {
  const { providerCode } = input;
  const attempt = await admitSignIn(ctx, { kind: "provider", providerCode });
  return finish(ctx, attempt, await findProvider(ctx, providerCode), input.password, browser);
}

/** One statement, whatever of it exists: Prisma would ask for the operator only after finding the company. */
async function findOperator(
  ctx: ServiceContext,
  companyCode: string,
  operatorCode: string,
): Promise<Candidate> {
  const rows = await ctx.db.$queryRaw`
    SELECT c.id AS "companyId", o.id AS "operatorId", o.password_hash AS "passwordHash",
           o.disabled_at AS "disabledAt", coalesce(p.sign_in_absolute_minutes, 1440) AS "absoluteMinutes"
    FROM company c
    LEFT JOIN company_policy p ON p.company_id = c.id
    LEFT JOIN operator o ON o.company_id = c.id AND o.code = ${operatorCode}
    WHERE c.code = ${companyCode}`;
  const [row] = z.array(operatorRowSchema).parse(rows);
  if (!row) return NOBODY;
  const { companyId, operatorId, absoluteMinutes } = row;
  const passwordHash = row.disabledAt ? null : row.passwordHash;
  return { companyId, operatorId, providerAccountId: null, passwordHash, absoluteMinutes };
}

async function findProvider(ctx: ServiceContext, code: string): Promise<Candidate> {
  const row = await ctx.db.providerAccount.findUnique({ where: { code } });
  if (!row) return NOBODY;
  return {
    ...NOBODY,
    providerAccountId: row.id,
    passwordHash: row.disabledAt ? null : row.passwordHash,
    absoluteMinutes: PROVIDER_SIGN_IN_ABSOLUTE_MINUTES,
  };
}

async function finish(
  ctx: ServiceContext,
  attempt: SignInTry,
  candidate: Candidate,
  password: string,
  browser: Browser,
): Promise<string> {
  if (!(await verifyPassword(candidate.passwordHash ?? undefined, password))) {
    await recordFailure(ctx, attempt, candidate);
    throw new AppError("SIGN_IN_FAILED");
  }
  const secret = await createSignIn(ctx, attempt, candidate, browser);
  await refundSignIn(ctx, attempt);
  return secret;
}

/** A fresh row with a fresh secret; the one that this browser had is revoked (ASVS 7.2.4: a new token at each sign-in). */
async function createSignIn(
  ctx: ServiceContext,
  attempt: SignInTry,
  candidate: Candidate,
  browser: Browser,
): Promise<string> {
  const { secret, hash } = createRandomSecret();
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    await tx.signIn.create({
      data: {
        id: newId(),
        secretHash: hash,
        operatorId: candidate.operatorId,
        providerAccountId: candidate.providerAccountId,
        clientAddress: ctx.clientAddress ?? "",
        userAgent: browser.userAgent.slice(0, MAX_USER_AGENT_LENGTH),
        createdAt: now,
        lastSeenAt: now,
        expiresAt: new Date(now.getTime() + candidate.absoluteMinutes * MINUTE_MS),
      },
    });
    await recordSuccess(tx, ctx, attempt, candidate);
    const formerHash = hashRandomSecret(browser.formerSecret);
    if (!formerHash) return;
    const revoked = await tx.signIn.updateManyAndReturn({
      where: { secretHash: formerHash, revokedAt: null },
      data: { revokedAt: now },
      select: { id: true },
    });
    await notify(tx, ...revoked.map(({ id }) => `sign_in:${id}` as const));
  });
  return secret;
}
