import { AppError } from "@/lib/app-error";
import type { CompanyIdInput, SuspendCompanyInput } from "@/protocol/provider-site";
import { notify } from "@/server/db/notifications";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { lockCompany } from "./company-state";
import { recordCompanyAct } from "./record-company-act";
import { endEverythingOf } from "./stop-company";

/**
 * Stops a company: nobody of it stays signed in or can sign in, its numbers are cancelled, and its sessions end with the
 * reason `company_suspended` on both sides. Pressing twice suspends once.
 *
 * @throws AppError NOT_FOUND, COMPANY_CLOSED, CHANGED_MEANWHILE when it was suspended for another reason meanwhile
 */
export async function suspendCompany(
  ctx: ServiceContext<ProviderActor>,
  { companyId, reason }: SuspendCompanyInput,
): Promise<Record<string, never>> {
  await ctx.db.$transaction(async (tx) => {
    const company = await lockCompany(tx, companyId, "stop");
    if (company.closedAt) throw new AppError("COMPANY_CLOSED");
    if (company.suspendedAt) {
      if (company.suspendReason !== reason) throw new AppError("CHANGED_MEANWHILE");
      return;
    }
    await tx.company.update({
      where: { id: companyId },
      data: { suspendedAt: ctx.now(), suspendReason: reason },
      select: { id: true },
    });
    await recordCompanyAct(tx, ctx, companyId, {
      action: "company.suspended",
      detail: { before: { suspended: false }, after: { suspended: true, reason } },
    });
    await notify(tx, `company:${companyId}`);
  });
  await endEverythingOf(ctx, companyId);
  return {};
}

/**
 * Lets a suspended company work again. What was ended stays ended: its people sign in anew. Pressing twice resumes once.
 *
 * @throws AppError NOT_FOUND, COMPANY_CLOSED
 */
export async function resumeCompany(
  ctx: ServiceContext<ProviderActor>,
  { companyId }: CompanyIdInput,
): Promise<Record<string, never>> {
  await ctx.db.$transaction(async (tx) => {
    const company = await lockCompany(tx, companyId, "stop");
    if (company.closedAt) throw new AppError("COMPANY_CLOSED");
    if (!company.suspendedAt) return;
    await tx.company.update({
      where: { id: companyId },
      data: { suspendedAt: null, suspendReason: null },
      select: { id: true },
    });
    await recordCompanyAct(tx, ctx, companyId, {
      action: "company.resumed",
      detail: {
        before: { suspended: true, reason: company.suspendReason },
        after: { suspended: false },
      },
    });
    await notify(tx, `company:${companyId}`);
  });
  return {};
}
