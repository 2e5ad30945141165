import { isDeepStrictEqual } from "node:util";
import { AppError } from "@/lib/app-error";
import type { UpdateCompanyInput } from "@/protocol/provider-site";
import { notify } from "@/server/db/notifications";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { countSeatsUsed, planColumns, planOf } from "./company-plan";
import { lockCompany } from "./company-state";
import { recordCompanyAct } from "./record-company-act";

/**
 * Changes a company's name, region and plan. Fewer simultaneous sessions end none that runs; a feature that is taken away is
 * asked for no more from the next join on.
 *
 * @throws AppError NOT_FOUND, COMPANY_CLOSED, CHANGED_MEANWHILE when it is no longer as it was seen, SEATS_IN_USE when more
 *   accounts can sign in than there would be seats
 */
export async function updateCompany(
  ctx: ServiceContext<ProviderActor>,
  { companyId, name, region, plan, seen }: UpdateCompanyInput,
): Promise<Record<string, never>> {
  await ctx.db.$transaction(async (tx) => {
    // The same lock as for a new account, so that no seat is taken between counting and changing.
    const company = await lockCompany(tx, companyId, "change");
    if (company.closedAt) throw new AppError("COMPANY_CLOSED");
    const before = { name: company.name, region: company.region, plan: planOf(company) };
    const after = { name, region, plan };
    // Also for somebody who presses twice: the second time, the company is as it was wished.
    if (isDeepStrictEqual(before, after)) return;
    if (!isDeepStrictEqual(before, seen)) throw new AppError("CHANGED_MEANWHILE");
    // Other plans than those that lower it are always fine, also for a company that is over its seats already.
    if (plan.seats < company.seats && (await countSeatsUsed(tx, companyId)) > plan.seats) {
      throw new AppError("SEATS_IN_USE");
    }
    await tx.company.update({
      where: { id: companyId },
      data: { name, region, ...planColumns(plan) },
      select: { id: true },
    });
    await recordCompanyAct(tx, ctx, companyId, { action: "company.updated", detail: { before, after } });
    await notify(tx, `company:${companyId}`);
  });
  return {};
}
