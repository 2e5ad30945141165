import { AppError } from "@/lib/app-error";
import type { CloseCompanyInput, CompanyIdInput } from "@/protocol/provider-site";
import { notify } from "@/server/db/notifications";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { lockCompany } from "./company-state";
import { sendExportLinks } from "./export-links";
import { recordCompanyAct } from "./record-company-act";
import { endEverythingOf } from "./stop-company";

const DAY_MS = 24 * 60 * 60_000;

/**
 * Closes a company for good: everything ends as in a suspension, its administrators get a link to the company's data by e-mail
 * (see `export-links.ts`), and the data is deleted when the time for fetching it is over. The code stays taken for ever.
 * Closing twice closes once.
 *
 * @throws AppError NOT_FOUND, BAD_REQUEST when the typed code is another company's
 */
export async function closeCompany(
  ctx: ServiceContext<ProviderActor>,
  { companyId, confirmation, deleteAfterDays }: CloseCompanyInput,
): Promise<{ exportRecipients: number }> {
  const deleteAfter = new Date(ctx.now().getTime() + deleteAfterDays * DAY_MS);
  const closedNow = await ctx.db.$transaction(async (tx) => {
    const company = await lockCompany(tx, companyId, "stop");
    if (company.code !== confirmation) throw new AppError("BAD_REQUEST");
    if (company.closedAt) return false;
    await tx.company.update({
      where: { id: companyId },
      data: { closedAt: ctx.now(), deleteAfter },
      select: { id: true },
    });
    await recordCompanyAct(tx, ctx, companyId, {
      action: "company.closed",
      detail: { before: { closed: false }, after: { closed: true, deleteAfter: deleteAfter.toISOString() } },
    });
    await notify(tx, `company:${companyId}`);
    return true;
  });
  await endEverythingOf(ctx, companyId);
  return { exportRecipients: closedNow ? await sendExportLinks(ctx, companyId) : 0 };
}

/**
 * Sends the administrators of a closed company fresh links to its data; the former ones stop working.
 *
 * @throws AppError NOT_FOUND, CHANGED_MEANWHILE when the company is not closed or its data is deleted already, EMAIL_MISSING when
 *   no administrator has an address
 */
export async function sendExportAgain(
  ctx: ServiceContext<ProviderActor>,
  { companyId }: CompanyIdInput,
): Promise<{ exportRecipients: number }> {
  const company = await ctx.db.company.findUnique({ where: { id: companyId } });
  if (!company) throw new AppError("NOT_FOUND");
  if (!company.closedAt || company.deletedAt) throw new AppError("CHANGED_MEANWHILE");
  const exportRecipients = await sendExportLinks(ctx, companyId);
  if (exportRecipients === 0) throw new AppError("EMAIL_MISSING");
  return { exportRecipients };
}
