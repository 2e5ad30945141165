import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { queueMail } from "@/server/mail/queue-mail";
import { changeOperator, refuseOwnAccount } from "./company-operator";
import { storedLocale } from "./operator-record";

/**
 * Takes an account's authenticator app, passkeys and recovery codes away, as when the phone is lost. Every sign-in ends;
 * the owner is told by e-mail and, if the policy asks for a second factor, sets one up at the next sign-in.
 *
 * @throws AppError NOT_FOUND, OWN_ACCOUNT (the account's own page asks for the password first)
 */
export async function resetOperatorMfa(
  ctx: ServiceContext<OperatorActor>,
  { operatorId }: { operatorId: string },
): Promise<Record<string, never>> {
  refuseOwnAccount(ctx, operatorId);
  await changeOperator(ctx, operatorId, async (tx, operator) => {
    const totp = await tx.totpCredential.deleteMany({ where: { operatorId } });
    const passkeys = await tx.passkey.deleteMany({ where: { operatorId } });
    const codes = await tx.recoveryCode.deleteMany({ where: { operatorId } });
    await revokeSignInsOf(tx, ctx, { operatorId });
    await recordAuditEvent(tx, ctx, {
      action: "operator.second_factor_reset",
      subject: `operator:${operatorId}`,
      companyId: ctx.actor.companyId,
      detail: {
        before: { authenticatorApp: totp.count > 0, passkeys: passkeys.count, recoveryCodes: codes.count },
        after: { authenticatorApp: false, passkeys: 0, recoveryCodes: 0 },
      },
    });
    if (operator.email === null || !isMailPossible(ctx.env)) return;
    await queueMail(tx, ctx.env, {
      to: operator.email,
      locale: storedLocale(operator.locale),
      template: "second_factor_changed",
      name: operator.name,
      code: operator.code,
      what: "reset_by_administrator",
      clientAddress: ctx.clientAddress,
    });
  });
  return {};
}
