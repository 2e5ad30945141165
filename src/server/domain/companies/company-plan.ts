import type { CompanyPlan } from "@/protocol/provider-site";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Company } from "@/server/db/generated/client";

type PlanColumns = Pick<
  Company,
  "seats" | "maxSimultaneousSessions" | "planControl" | "planFiles" | "planClipboard" | "planRecording"
>;

/** The plan in a company's row. */
export function planOf(company: PlanColumns): CompanyPlan {
  const { seats, maxSimultaneousSessions, planControl, planFiles, planClipboard, planRecording } = company;
  return {
    seats,
    maxSimultaneousSessions,
    features: { control: planControl, files: planFiles, clipboard: planClipboard, recording: planRecording },
  };
}

/** The columns of a plan. */
export function planColumns({ seats, maxSimultaneousSessions, features }: CompanyPlan): PlanColumns {
  return {
    seats,
    maxSimultaneousSessions,
    planControl: features.control,
    planFiles: features.files,
    planClipboard: features.clipboard,
    planRecording: features.recording,
  };
}

/** Accounts that take a seat: those that are neither disabled nor deleted, invited ones included. */
export const seatedOperator = { disabledAt: null, deletedAt: null } as const;

/** How many seats of a company are taken. */
export async function countSeatsUsed(db: DatabaseOrTransaction, companyId: string): Promise<number> {
  return db.operator.count({ where: { companyId, ...seatedOperator } });
}
