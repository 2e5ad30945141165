import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Prisma } from "@/server/db/generated/client";
import { accountSubject } from "@/server/domain/accounts/account-ref";
import { mailAccount } from "@/server/domain/accounts/mail-account";
import { readOwnAccount } from "@/server/domain/accounts/own-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { AccountContext } from "@/server/domain/service-context";
import type { MailMessage } from "@/server/mail/queue-mail";

type Change = Extract<MailMessage, { template: "second_factor_changed" }>["what"];

/** Writes a change of the second factors down, and to the owner, who may not have been the one who made it. */
export async function tellOfChange(
  tx: DatabaseOrTransaction,
  ctx: AccountContext,
  action: string,
  what: Change | null,
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  const account = await readOwnAccount(tx, ctx);
  await recordAuditEvent(tx, ctx, {
    action,
    subject: accountSubject(account.ref),
    companyId: account.company?.id ?? null,
    detail,
  });
  if (what === null) return;
  await mailAccount(tx, ctx, account, {
    template: "second_factor_changed",
    name: account.name,
    code: account.code,
    what,
    clientAddress: ctx.clientAddress,
  });
}
