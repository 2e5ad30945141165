import { AppError } from "@/lib/app-error";
import type { AccountLocale } from "@/protocol/operator-accounts";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { createAccountLink } from "@/server/domain/account-links/create-account-link";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { queueMail } from "@/server/mail/queue-mail";

interface Invitee {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly locale: AccountLocale;
}

/**
 * Sends an invitation: a link that works once, for 72 hours, and by which the first password is chosen. Links that were
 * sent before stop working.
 */
export async function sendInvitation(
  tx: DatabaseOrTransaction,
  ctx: ServiceContext<OperatorActor>,
  company: { readonly name: string; readonly code: string },
  { id, code, name, email, locale }: Invitee,
): Promise<void> {
  const url = await createAccountLink(tx, ctx, { purpose: "invitation", operatorId: id });
  await queueMail(tx, ctx.env, {
    to: email,
    locale,
    template: "invitation",
    name,
    companyName: company.name,
    companyCode: company.code,
    code,
    url: url.href,
  });
}

/** The name and code of the caller's company, for mails. */
export function ownCompany(
  tx: DatabaseOrTransaction,
  ctx: ServiceContext<OperatorActor>,
): Promise<{ name: string; code: string }> {
  return tx.company.findUniqueOrThrow({
    where: { id: ctx.actor.companyId },
    select: { name: true, code: true },
  });
}

/**
 * Refuses an ID that another account of the company has. The company is locked, so nobody takes it meanwhile.
 *
 * @throws AppError CODE_TAKEN
 */
export async function requireFreeCode(
  tx: DatabaseOrTransaction,
  companyId: string,
  code: string,
  exceptOperatorId?: string,
): Promise<void> {
  const taken = await tx.operator.count({
    where: { companyId, code, deletedAt: null, ...(exceptOperatorId && { id: { not: exceptOperatorId } }) },
  });
  if (taken > 0) throw new AppError("CODE_TAKEN");
}
