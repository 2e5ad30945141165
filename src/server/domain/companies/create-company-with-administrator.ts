import { AppError } from "@/lib/app-error";
import type { CreateCompanyInput } from "@/protocol/provider-site";
import { Prisma } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { planColumns, planOf } from "./company-plan";
import { sendAdministratorInvitation } from "./invite-administrator";
import { recordCompanyAct } from "./record-company-act";

/**
 * Opens a company with its plan and the default policy, and invites its first administrator. From then on the company looks
 * after its own accounts.
 *
 * The administrator's name and address go into the company's own log alone; the provider typed them, but keeps no list of
 * a company's people.
 *
 * @throws AppError CODE_TAKEN: another company has the code, or had it before it was closed; UNAVAILABLE when no mail server is configured
 */
export async function createCompanyWithAdministrator(
  ctx: ServiceContext<ProviderActor>,
  { code, name, region, plan, administrator }: CreateCompanyInput,
): Promise<{ companyId: string }> {
  if (!isMailPossible(ctx.env)) throw new AppError("UNAVAILABLE");
  const companyId = newId();
  const operatorId = newId();
  try {
    await ctx.db.$transaction(async (tx) => {
      const createdAt = ctx.now();
      const company = await tx.company.create({
        data: { id: companyId, code, name, region, createdAt, ...planColumns(plan), policy: { create: {} } },
      });
      await tx.operator.create({
        data: { id: operatorId, companyId, role: "administrator", createdAt, ...administrator },
        select: { id: true },
      });
      await recordAuditEvent(tx, ctx, {
        action: "operator.created",
        subject: `operator:${operatorId}`,
        companyId,
        detail: { before: null, after: { ...administrator, role: "administrator" } },
      });
      await recordCompanyAct(tx, ctx, companyId, {
        action: "company.created",
        detail: { before: null, after: { code, name, region, plan: planOf(company) } },
      });
      await sendAdministratorInvitation(tx, ctx, {
        ...administrator,
        id: operatorId,
        company: { code, name },
      });
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") {
      throw new AppError("CODE_TAKEN", { cause: error });
    }
    throw error;
  }
  return { companyId };
}
