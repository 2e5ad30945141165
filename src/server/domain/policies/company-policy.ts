import { AppError } from "@/lib/app-error";
import {
  type PlanFeature,
  type PolicyFields,
  type PolicyView,
  planFeatures,
  policyFieldsSchema,
} from "@/protocol/company-policy";
import { isInAllowedNetworks } from "@/server/auth/allowed-networks";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Company, CompanyPolicy } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { lockCompanyAsAdministrator } from "@/server/domain/operators/company-operator";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";

/**
 * The company's policy, and what the page beside it needs.
 */
export async function readPolicy(ctx: ServiceContext<OperatorActor>): Promise<PolicyView> {
  const { companyId } = ctx.actor;
  const [company, policy, logo] = await Promise.all([
    ctx.db.company.findUniqueOrThrow({ where: { id: companyId } }),
    currentPolicy(ctx.db, companyId),
    ctx.db.companyLogo.findUnique({ where: { companyId } }),
  ]);
  return {
    fields: fieldsOf(policy),
    updatedAt: policy.updatedAt,
    companyName: company.name,
    plan: planOf(company),
    logo: logo && `data:${logo.mediaType};base64,${Buffer.from(logo.content).toString("base64")}`,
    clientAddress: ctx.clientAddress,
  };
}

/**
 * Sets the whole policy. What it says of signing in counts for everybody from the next request on, the caller included:
 * networks that do not contain the caller's own address are refused.
 *
 * @param change.updatedAt as the page read it
 * @throws AppError CHANGED_MEANWHILE, POLICY_LOCKS_OUT, and FEATURE_NOT_IN_PLAN for a feature that is switched on without
 *   being in the plan (one that the plan lost meanwhile may stay on: it has no effect)
 */
export async function setPolicy(
  ctx: ServiceContext<OperatorActor>,
  change: { readonly fields: PolicyFields; readonly updatedAt: Date },
): Promise<{ updatedAt: Date }> {
  const { companyId } = ctx.actor;
  const after = { ...change.fields, consentText: change.fields.consentText.trim() };
  // The very question that every request is asked from now on.
  if (!isInAllowedNetworks(ctx.clientAddress ?? "", after.allowedNetworks)) {
    throw new AppError("POLICY_LOCKS_OUT");
  }
  return ctx.db.$transaction(async (tx) => {
    await lockCompanyAsAdministrator(ctx, tx);
    const company = await tx.company.findUniqueOrThrow({ where: { id: companyId } });
    const stored = await currentPolicy(tx, companyId);
    if (stored.updatedAt.getTime() !== change.updatedAt.getTime()) throw new AppError("CHANGED_MEANWHILE");
    const before = fieldsOf(stored);
    const plan = planOf(company);
    for (const feature of planFeatures) {
      const field = policyFieldOf[feature];
      if (after[field] && !before[field] && !plan[feature]) throw new AppError("FEATURE_NOT_IN_PLAN");
    }
    const updatedAt = laterThan(stored.updatedAt, ctx.now());
    await tx.companyPolicy.update({ where: { companyId }, data: { ...after, updatedAt } });
    await recordAuditEvent(tx, ctx, {
      action: "policy.changed",
      subject: `company:${companyId}`,
      companyId,
      detail: differences(before, after),
    });
    await notify(tx, `company:${companyId}`);
    return { updatedAt };
  });
}

/** Where the policy keeps a feature of the plan. */
const policyFieldOf = {
  control: "allowControl",
  files: "allowFiles",
  clipboard: "allowClipboard",
  recording: "allowRecording",
} as const satisfies Record<PlanFeature, keyof PolicyFields>;

/** The stored policy; a company from before there were any gets the default one now. */
async function currentPolicy(tx: DatabaseOrTransaction, companyId: string): Promise<CompanyPolicy> {
  const stored = await tx.companyPolicy.findUnique({ where: { companyId } });
  if (stored) return stored;
  await tx.companyPolicy.createMany({ data: [{ companyId }], skipDuplicates: true });
  return tx.companyPolicy.findUniqueOrThrow({ where: { companyId } });
}

function fieldsOf({ companyId: _, updatedAt: __, ...fields }: CompanyPolicy): PolicyFields {
  return policyFieldsSchema.parse(fields);
}

function planOf(company: Company): PolicyView["plan"] {
  const { planControl, planFiles, planClipboard, planRecording } = company;
  return { control: planControl, files: planFiles, clipboard: planClipboard, recording: planRecording };
}

/** The database keeps milliseconds; two changes within one of them must still be told apart. */
function laterThan(former: Date, now: Date): Date {
  return now > former ? now : new Date(former.getTime() + 1);
}

/** Only what changed, before and after. */
function differences(before: PolicyFields, after: PolicyFields) {
  const changed = Object.keys(before).filter(
    (key) => JSON.stringify(Reflect.get(before, key)) !== JSON.stringify(Reflect.get(after, key)),
  );
  const pick = (fields: PolicyFields) =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => changed.includes(key)));
  return { before: pick(before), after: pick(after) };
}
