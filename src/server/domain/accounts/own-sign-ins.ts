import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { AccountContext } from "@/server/domain/service-context";
import { accountOf, accountSubject, ownerOf } from "./account-ref";
import { readOwnAccount, requireStage } from "./own-account";

const MINUTE_MS = 60_000;

export const ownSignInSchema = z.object({
  signInId: z.uuid(),
  current: z.boolean(),
  clientAddress: z.string(),
  userAgent: z.string(),
  methods: z.array(z.string()),
  createdAt: z.date(),
  lastSeenAt: z.date(),
});

/** Where the account is signed in at this moment, the latest use first. */
export async function listOwnSignIns(ctx: AccountContext): Promise<z.output<typeof ownSignInSchema>[]> {
  requireStage(ctx, "complete");
  const { policy, ref } = await readOwnAccount(ctx.db, ctx);
  const now = ctx.now();
  const rows = await ctx.db.signIn.findMany({
    where: {
      ...ownerOf(ref),
      revokedAt: null,
      stage: "complete",
      expiresAt: { gt: now },
      lastSeenAt: { gt: new Date(now.getTime() - policy.signInIdleMinutes * MINUTE_MS) },
    },
    orderBy: [{ lastSeenAt: "desc" }, { id: "desc" }],
    select: {
      id: true,
      clientAddress: true,
      userAgent: true,
      methods: true,
      createdAt: true,
      lastSeenAt: true,
    },
  });
  return rows.map(({ id, ...rest }) => ({ signInId: id, current: id === ctx.actor.signInId, ...rest }));
}

/**
 * Ends one of the account's sign-ins; the own one as well, if that is asked for.
 *
 * @throws AppError `NOT_FOUND` when it is not the account's, or was ended before
 */
export async function revokeOwnSignIn(ctx: AccountContext, signInId: string): Promise<void> {
  requireStage(ctx, "complete");
  const ref = accountOf(ctx.actor);
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.signIn.updateMany({
      where: { id: signInId, ...ownerOf(ref), revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    if (count === 0) throw new AppError("NOT_FOUND");
    await notify(tx, `sign_in:${signInId}`);
    await recordAuditEvent(tx, ctx, {
      action: "sign_in.revoked",
      subject: accountSubject(ref),
      companyId: ctx.actor.kind === "operator" ? ctx.actor.companyId : null,
      detail: { signInId },
    });
  });
}

/** Ends all sign-ins of the account but the one that asks. */
export async function revokeOtherSignIns(ctx: AccountContext): Promise<number> {
  requireStage(ctx, "complete");
  const ref = accountOf(ctx.actor);
  return ctx.db.$transaction(async (tx) => {
    const revoked = await revokeSignInsOf(tx, ctx, ref, ctx.actor.signInId);
    await recordAuditEvent(tx, ctx, {
      action: "sign_in.others_revoked",
      subject: accountSubject(ref),
      companyId: ctx.actor.kind === "operator" ? ctx.actor.companyId : null,
      detail: { revoked },
    });
    return revoked;
  });
}
