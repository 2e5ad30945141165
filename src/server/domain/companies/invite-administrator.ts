import { AppError } from "@/lib/app-error";
import type { InviteAdministratorInput } from "@/protocol/provider-site";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { createAccountLink } from "@/server/domain/account-links/create-account-link";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { queueMail } from "@/server/mail/queue-mail";
import { lockCompany } from "./company-state";
import { mailLocale } from "./mail-locale";
import { recordCompanyAct } from "./record-company-act";

interface Invited {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly company: { readonly code: string; readonly name: string };
}

/** Writes the first administrator of a company the link with which a password is chosen. */
export async function sendAdministratorInvitation(
  tx: DatabaseOrTransaction,
  ctx: ServiceContext,
  invited: Invited,
): Promise<void> {
  const url = await createAccountLink(tx, ctx, { purpose: "invitation", operatorId: invited.id });
  await queueMail(tx, ctx.env, {
    to: invited.email,
    locale: mailLocale(invited.locale),
    template: "invitation",
    name: invited.name,
    companyName: invited.company.name,
    companyCode: invited.company.code,
    code: invited.code,
    url: url.href,
  });
}

/**
 * Sends the first administrator's invitation again, to another address if the first one was wrong.
 *
 * Only while nobody of the company has ever chosen a password: afterwards the company has people who can invite, and an
 * invitation to an address of the provider's choice would be a way into the company's data.
 *
 * @throws AppError NOT_FOUND, COMPANY_CLOSED, COMPANY_SUSPENDED, EMAIL_MISSING, CHANGED_MEANWHILE when somebody of the company has a
 *   password already, UNAVAILABLE when no mail server is configured
 */
export async function inviteAdministrator(
  ctx: ServiceContext<ProviderActor>,
  { companyId, email }: InviteAdministratorInput,
): Promise<Record<string, never>> {
  if (!isMailPossible(ctx.env)) throw new AppError("UNAVAILABLE");
  await ctx.db.$transaction(async (tx) => {
    const company = await lockCompany(tx, companyId, "change");
    if (company.closedAt) throw new AppError("COMPANY_CLOSED");
    if (company.suspendedAt) throw new AppError("COMPANY_SUSPENDED");
    const first = await findFirstAdministrator(tx, companyId);
    if (!first) throw new AppError("CHANGED_MEANWHILE");
    const to = email ?? first.email;
    if (to === null) throw new AppError("EMAIL_MISSING");
    if (to !== first.email) {
      await tx.operator.update({ where: { id: first.id }, data: { email: to }, select: { id: true } });
    }
    await sendAdministratorInvitation(tx, ctx, { ...first, email: to, company });
    await recordAuditEvent(tx, ctx, {
      action: "operator.invited",
      subject: `operator:${first.id}`,
      companyId,
      detail: { before: { email: first.email }, after: { email: to } },
    });
    await recordCompanyAct(tx, ctx, companyId, { action: "company.administrator_invited" });
  });
  return {};
}

/** The administrator of a company in which nobody has ever chosen a password; null when somebody has. */
export async function findFirstAdministrator(tx: DatabaseOrTransaction, companyId: string) {
  const someone = await tx.operator.findFirst({
    where: { companyId, OR: [{ passwordHash: { not: null } }, { passkeys: { some: {} } }] },
    select: { id: true },
  });
  if (someone) return null;
  return tx.operator.findFirst({
    where: { companyId, role: "administrator", deletedAt: null, disabledAt: null },
    orderBy: { createdAt: "asc" },
    select: { id: true, code: true, name: true, email: true, locale: true },
  });
}
