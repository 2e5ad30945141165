import { AppError } from "@/lib/app-error";
import type { OperatorDetail } from "@/protocol/operator-accounts";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { operatorsOfCompany } from "./list-operators";
import { operatorColumns, toOperatorRow } from "./operator-record";

/** A lock that only an administrator opens is written as a date beyond every other. */
const FOREVER = new Date("9999-01-01T00:00:00Z");

/**
 * Everything that an administrator may know of one account.
 *
 * @throws AppError NOT_FOUND
 */
export async function readOperator(
  ctx: ServiceContext<OperatorActor>,
  { operatorId }: { operatorId: string },
): Promise<OperatorDetail> {
  const now = ctx.now();
  const record = await ctx.db.operator.findFirst({
    where: { id: operatorId, ...operatorsOfCompany(ctx) },
    select: {
      ...operatorColumns,
      createdAt: true,
      passwordChangedAt: true,
      mustChangePassword: true,
      links: {
        where: { purpose: "invitation", usedAt: null, expiresAt: { gt: now } },
        orderBy: { expiresAt: "desc" },
        take: 1,
        select: { expiresAt: true },
      },
      _count: {
        select: {
          passkeys: true,
          signIns: { where: { revokedAt: null, expiresAt: { gt: now } } },
          supportSessions: { where: { phase: { not: "ended" } } },
        },
      },
    },
  });
  if (!record) throw new AppError("NOT_FOUND");
  const { createdAt, disabledAt, passwordChangedAt, mustChangePassword, totp, links, _count } = record;
  const lockedUntil = record.lockedUntil && record.lockedUntil > now ? record.lockedUntil : null;
  const lockedForever = lockedUntil !== null && lockedUntil >= FOREVER;
  return {
    ...toOperatorRow(record, now, ctx.actor.operatorId),
    createdAt,
    disabledAt,
    passwordChangedAt,
    mustChangePassword,
    lockedUntil: lockedForever ? null : lockedUntil,
    lockedForever,
    authenticatorApp: Boolean(totp?.confirmedAt),
    passkeys: _count.passkeys,
    signIns: _count.signIns,
    openSessions: _count.supportSessions,
    invitationUntil: links[0]?.expiresAt ?? null,
  };
}
