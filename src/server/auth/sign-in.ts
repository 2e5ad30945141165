import { availableParallelism } from "node:os";
import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { notify } from "@/server/db/notifications";
import { type AccountRef, accountSubject, lockAccount } from "@/server/domain/accounts/account-ref";
import { readAccount } from "@/server/domain/accounts/read-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";
import { addressKey } from "@/server/throttle/address-key";
import { type Candidate, findCandidate, type TypedAccount } from "./find-candidate";
import { type Charge, chargeTry, settleRight, settleWrong } from "./lockout";
import { type OpenedSignIn, openSignIn, replaceSignIn } from "./open-sign-in";
import { hashPassword, needsRehash, verifyPassword } from "./password-hash";
import { hashRandomSecret } from "./random-secret";
import type { OperatorSignInInput, ProviderSignInInput } from "./sign-in-input";
import { admitSignIn, keyedHash, refundSignIn, rememberAddress } from "./sign-in-throttle";
import { Turns, type TurnsLook } from "./turns";

/**
 * How many are signed in at a time, each from its first query to its last: while a whole shift, or an attacker, signs in, there is
 * at most this much of it between a customer and the answer to *Connect*. One core is left to everything else.
 */
const AT_A_TIME = Math.max(1, availableParallelism() - 1);
/** Half a minute's work on a small machine: whoever would wait longer is better told to come back. */
const MAX_WAITING = 1_000;
/** Client addresses take turns: an office is not kept waiting by whoever floods the door. */
const shared = globalThis as typeof globalThis & { madoguchiSignInTurns?: Turns };

/** One queue a process, whichever of its bundles signs in. */
function turns(): Turns {
  shared.madoguchiSignInTurns ??= new Turns({ places: AT_A_TIME, maxWaiting: MAX_WAITING });
  return shared.madoguchiSignInTurns;
}

/** How many passwords are looked at, and how many wait for it. */
export function lookAtSignInQueue(): TurnsLook {
  return turns().look;
}

/** The browser that signs in. */
export interface Browser {
  readonly userAgent: string;
  /** The sign-in that it had so far, which the new one replaces. */
  readonly formerSecret: string | undefined;
}

/**
 * Signs an operator in, as far as a password goes.
 *
 * A wrong company code, ID and password, a disabled account, a closed company and a locked account are answered alike, after
 * the same work: one query, one transaction that counts the try, one argon2 verification, one transaction that writes it down.
 *
 * @returns the secret of the new sign-in, for the cookie; how far it got, its row says
 * @throws AppError `SIGN_IN_FAILED`, `SIGN_IN_THROTTLED`, `UNAVAILABLE` (too many wait); with everything right
 *   `COMPANY_SUSPENDED`, `NETWORK_REFUSED`
 */
export function signInOperator(
  ctx: ServiceContext,
  input: OperatorSignInInput,
  browser: Browser,
): Promise<string> {
  const { companyCode, operatorCode, password } = input;
  return signInWithPassword(ctx, { kind: "operator", companyCode, operatorCode }, password, browser);
}

/**
 * Signs somebody in who runs the service; otherwise like {@link signInOperator}.
 *
 * @throws AppError `SIGN_IN_FAILED`, `SIGN_IN_THROTTLED`, `UNAVAILABLE`
 */
export function signInProvider(
  ctx: ServiceContext,
  input: ProviderSignInInput,
  browser: Browser,
): Promise<string> {
  const { providerCode, password } = input;
  return signInWithPassword(ctx, { kind: "provider", providerCode }, password, browser);
}

function signInWithPassword(
  ctx: ServiceContext,
  typed: TypedAccount,
  password: string,
  browser: Browser,
): Promise<string> {
  return turns().run(addressKey(ctx.clientAddress ?? ""), () => tryPassword(ctx, typed, password, browser));
}

async function tryPassword(
  ctx: ServiceContext,
  typed: TypedAccount,
  password: string,
  browser: Browser,
): Promise<string> {
  await admitSignIn(ctx);
  const candidate = await findCandidate(ctx, typed);
  const { attemptId, charge } = await countTry(ctx, typed, candidate);
  const isRight = await verifyPassword(candidate.passwordHash ?? undefined, password);
  const { ref } = candidate;
  if (!isRight || charge.locked || candidate.isGone || !ref) {
    await ctx.db.$transaction((tx) => writeFailure(tx, ctx, candidate, charge, isRight));
    if (charge.lockedUntil) ctx.metrics.lockouts.inc();
    throw new AppError("SIGN_IN_FAILED");
  }
  const opened = await letIn(ctx, ref, {
    methods: ["password"],
    verifiedHash: candidate.passwordHash,
    charge,
    attemptId,
    browser,
  });
  await refundSignIn(ctx);
  if (candidate.passwordHash !== null && needsRehash(candidate.passwordHash)) {
    await rehash(ctx, ref, candidate.passwordHash, password);
  }
  return opened.secret;
}

/** Counts a try and writes it down, before anything is verified; the row says "wrong" until it proves right. */
async function countTry(
  ctx: ServiceContext,
  typed: TypedAccount,
  candidate: Candidate,
): Promise<{ attemptId: string; charge: Charge }> {
  const attemptId = newId();
  const codes =
    typed.kind === "operator"
      ? ["operator", typed.companyCode, typed.operatorCode]
      : ["provider", typed.providerCode];
  const charge = await ctx.db.$transaction(async (tx) => {
    await tx.signInAttempt.create({
      data: {
        id: attemptId,
        accountKey: new Uint8Array(keyedHash(ctx, "sign-in account", JSON.stringify(codes))),
        operatorId: candidate.ref?.operatorId ?? null,
        clientAddress: ctx.clientAddress ?? "",
        succeeded: false,
        at: ctx.now(),
      },
    });
    return chargeTry(tx, ctx, candidate.isGone ? null : candidate.ref, candidate.policy);
  });
  return { attemptId, charge };
}

async function writeFailure(
  tx: DatabaseOrTransaction,
  ctx: ServiceContext,
  candidate: Candidate,
  charge: Charge,
  isRight: boolean,
): Promise<void> {
  // Administrators read this: a right password during a lock is somebody who waits to be let in, or a stolen one.
  const why = candidate.ref && isRight ? (candidate.isGone ? "disabled" : "locked") : null;
  await recordAuditEvent(tx, ctx, {
    action: "sign_in.failed",
    subject: candidate.ref && accountSubject(candidate.ref),
    companyId: candidate.companyId,
    detail: why === null ? {} : { why },
  });
  await settleWrong(tx, ctx, candidate.isGone ? null : candidate.ref, charge);
}

/** What was proved, and whence. */
export interface Proof {
  readonly methods: readonly string[];
  /** The password hash that was verified: when another one has taken its place meanwhile, nothing was proved. */
  readonly verifiedHash?: string | null;
  readonly charge: Charge;
  readonly attemptId?: string;
  /** The pending sign-in that this one continues. */
  readonly continues?: string;
  readonly browser: Browser;
}

/**
 * Makes the sign-in of somebody who has proved something, or says why not. Whether it is complete, the account decides.
 *
 * @throws AppError `SIGN_IN_FAILED`, `COMPANY_SUSPENDED`, `NETWORK_REFUSED`, `UNAUTHENTICATED`
 */
export async function letIn(ctx: ServiceContext, ref: AccountRef, proof: Proof): Promise<OpenedSignIn> {
  const outcome = await ctx.db.$transaction((tx) => tryToLetIn(tx, ctx, ref, proof));
  // Thrown only now: the audit event of a refusal must not be rolled back with it.
  if (typeof outcome === "string") throw new AppError(outcome);
  if (outcome.stage !== "second_factor") await rememberAddress(ctx);
  return outcome;
}

async function tryToLetIn(
  tx: DatabaseOrTransaction,
  ctx: ServiceContext,
  ref: AccountRef,
  proof: Proof,
): Promise<OpenedSignIn | ErrorCode> {
  await lockAccount(tx, ref);
  const account = await readAccount(tx, ref);
  if (!account || account.isGone) return "SIGN_IN_FAILED";
  if (proof.verifiedHash !== undefined && account.passwordHash !== proof.verifiedHash)
    return "SIGN_IN_FAILED";
  const refuse = async (code: ErrorCode, why: string) => {
    await settleRight(tx, ref, proof.charge, false);
    await recordAuditEvent(tx, ctx, {
      action: "sign_in.refused",
      subject: accountSubject(ref),
      companyId: account.company?.id ?? null,
      detail: { why },
    });
    return code;
  };
  if (account.company?.isSuspended) return refuse("COMPANY_SUSPENDED", "company_suspended");

  if (proof.continues !== undefined) await replaceSignIn(tx, ctx, proof.continues);
  else await revokeFormer(tx, ctx, proof.browser);
  const opened = await openSignIn(tx, ctx, account, {
    methods: proof.methods,
    userAgent: proof.browser.userAgent,
  });
  if (opened === null) return refuse("NETWORK_REFUSED", "network");
  await settleRight(tx, ref, proof.charge, opened.stage !== "second_factor");
  if (proof.attemptId !== undefined)
    await tx.signInAttempt.update({ where: { id: proof.attemptId }, data: { succeeded: true } });
  return opened;
}

async function revokeFormer(tx: DatabaseOrTransaction, ctx: ServiceContext, browser: Browser): Promise<void> {
  const formerHash = hashRandomSecret(browser.formerSecret);
  if (!formerHash) return;
  const revoked = await tx.signIn.updateManyAndReturn({
    where: { secretHash: formerHash, revokedAt: null },
    data: { revokedAt: ctx.now() },
    select: { id: true },
  });
  await notify(tx, ...revoked.map(({ id }) => `sign_in:${id}` as const));
}

/** The same password under today's parameters, unless it was changed in this very moment. */
async function rehash(ctx: ServiceContext, ref: AccountRef, former: string, password: string): Promise<void> {
  const data = { passwordHash: await hashPassword(password) };
  if (ref.operatorId === undefined)
    await ctx.db.providerAccount.updateMany({
      where: { id: ref.providerAccountId, passwordHash: former },
      data,
    });
  else await ctx.db.operator.updateMany({ where: { id: ref.operatorId, passwordHash: former }, data });
}
