import { AppError } from "@/lib/app-error";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { SignInStage } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { notify } from "@/server/db/notifications";
import { accountOfRow, accountSubject, lockAccount, ownerOf } from "@/server/domain/accounts/account-ref";
import { type Account, readAccount } from "@/server/domain/accounts/read-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { hasSecondFactor } from "@/server/domain/second-factors/has-second-factor";
import type { ServiceContext } from "@/server/domain/service-context";
import { isInAllowedNetworks } from "./allowed-networks";
import { createRandomSecret } from "./random-secret";
import { nextStage, type SignInMethod } from "./sign-in-stage";

const MINUTE_MS = 60_000;
const MAX_USER_AGENT_LENGTH = 300;
/** How long a sign-in may wait for its next step: a code is at hand; an authenticator app must perhaps be installed first. */
const STEP_LIFETIME_MINUTES: Readonly<Record<Exclude<SignInStage, "complete">, number>> = {
  second_factor: 10,
  enrolment: 30,
  password_change: 30,
};

type OpeningContext = Pick<ServiceContext, "actor" | "clientAddress" | "now">;

/** A sign-in that was just made. */
export interface OpenedSignIn {
  /** For the cookie; the database knows its hash alone. */
  readonly secret: string;
  readonly stage: SignInStage;
}

/**
 * A fresh row with a fresh secret, at the stage that the account asks for (ASVS 7.2.4: a new token at each sign-in).
 *
 * @returns null when the network is not one that the company allows, which only whoever has proved everything is told
 */
export async function openSignIn(
  tx: DatabaseOrTransaction,
  ctx: OpeningContext,
  account: Account,
  proof: { readonly methods: readonly string[]; readonly userAgent: string },
): Promise<OpenedSignIn | null> {
  const now = ctx.now();
  const { secret, hash } = createRandomSecret();
  const stage = nextStage(account, await hasSecondFactor(tx, account.ref), proof.methods, now);
  const isAllowed = isInAllowedNetworks(ctx.clientAddress ?? "", account.policy.allowedNetworks);
  if (stage !== "second_factor" && !isAllowed) return null;
  const minutes = stage === "complete" ? account.policy.signInAbsoluteMinutes : STEP_LIFETIME_MINUTES[stage];
  const id = newId();
  await tx.signIn.create({
    data: {
      id,
      secretHash: hash,
      ...ownerOf(account.ref),
      stage,
      methods: [...proof.methods],
      clientAddress: ctx.clientAddress ?? "",
      userAgent: proof.userAgent.slice(0, MAX_USER_AGENT_LENGTH),
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + minutes * MINUTE_MS),
    },
  });
  const subject = accountSubject(account.ref);
  await recordAuditEvent(tx, ctx, {
    action: stage === "complete" ? "sign_in.succeeded" : "sign_in.continued",
    subject,
    actor: subject,
    companyId: account.company?.id ?? null,
    detail: { methods: [...proof.methods], ...(stage !== "complete" && { stage }) },
  });
  if (stage === "complete") {
    const data = { lastSignInAt: now };
    if (account.ref.operatorId === undefined)
      await tx.providerAccount.update({ where: { id: account.ref.providerAccountId }, data });
    else await tx.operator.update({ where: { id: account.ref.operatorId }, data });
  }
  return { secret, stage };
}

/**
 * Goes one step on, after a factor was set up or a password chosen: the sign-in is replaced by a fresh one, as every rise of
 * privilege gets a new secret. A complete one has nowhere to go and stays.
 *
 * @param proved what the step proved, if anything
 * @returns null: nothing changed
 * @throws AppError `UNAUTHENTICATED` when the sign-in was ended meanwhile
 */
export async function advanceSignIn(
  tx: DatabaseOrTransaction,
  ctx: OpeningContext,
  signInId: string,
  proved?: SignInMethod,
): Promise<OpenedSignIn | null> {
  const row = await tx.signIn.findUnique({ where: { id: signInId } });
  const ref = row && accountOfRow(row);
  if (!ref) throw new AppError("UNAUTHENTICATED");
  if (row.stage === "complete") return null;
  await lockAccount(tx, ref);
  const account = await readAccount(tx, ref);
  if (!account || account.isGone) throw new AppError("UNAUTHENTICATED");
  await replaceSignIn(tx, ctx, signInId);
  const methods = [...new Set([...row.methods, ...(proved ? [proved] : [])])];
  const opened = await openSignIn(tx, ctx, account, { methods, userAgent: row.userAgent });
  if (!opened) throw new AppError("UNAUTHENTICATED");
  return opened;
}

/**
 * Ends the sign-in that another one takes the place of. Of two that want to, one does.
 *
 * @throws AppError `UNAUTHENTICATED` when it was ended before
 */
export async function replaceSignIn(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "now">,
  signInId: string,
): Promise<void> {
  const { count } = await tx.signIn.updateMany({
    where: { id: signInId, revokedAt: null },
    data: { revokedAt: ctx.now() },
  });
  if (count === 0) throw new AppError("UNAUTHENTICATED");
  await notify(tx, `sign_in:${signInId}`);
}
