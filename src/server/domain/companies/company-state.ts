import { AppError } from "@/lib/app-error";
import type { CompanyState } from "@/protocol/provider-site";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Company, Prisma } from "@/server/db/generated/client";

type StateColumns = Pick<Company, "suspendedAt" | "closedAt" | "deletedAt">;

/** What a company's row says: the last of suspended, closed and deleted that happened. */
export function companyState({ suspendedAt, closedAt, deletedAt }: StateColumns): CompanyState {
  if (deletedAt) return "deleted";
  if (closedAt) return "closed";
  return suspendedAt ? "suspended" : "active";
}

/** The companies in a state, as a condition. */
export const companiesInState = {
  active: { suspendedAt: null, closedAt: null },
  suspended: { suspendedAt: { not: null }, closedAt: null },
  closed: { closedAt: { not: null }, deletedAt: null },
  deleted: { deletedAt: { not: null } },
} as const satisfies Record<CompanyState, Prisma.CompanyWhereInput>;

/** Neither suspended nor closed: the only companies whose people work and whose customers are let in. */
export const activeCompany = companiesInState.active;

/**
 * A company, locked until the transaction ends. `stop` keeps out everything that refers to the company, a new session of a
 * customer included: whoever waits for it sees the company as it is afterwards. `change` keeps out other changes only.
 *
 * A transaction that locks a company with `stop` locks nothing else after it but rows of the audit chain: others hold sessions,
 * numbers and accounts while they wait for the company, and two that wait for each other are a deadlock.
 *
 * @throws AppError NOT_FOUND
 */
export async function lockCompany(
  tx: DatabaseOrTransaction,
  companyId: string,
  lock: "stop" | "change",
): Promise<Company> {
  if (lock === "stop") {
    await tx.$queryRaw`SELECT id FROM company WHERE id = ${companyId}::uuid FOR UPDATE`;
  } else {
    await tx.$queryRaw`SELECT id FROM company WHERE id = ${companyId}::uuid FOR NO KEY UPDATE`;
  }
  const company = await tx.company.findUnique({ where: { id: companyId } });
  if (!company) throw new AppError("NOT_FOUND");
  return company;
}

/**
 * Whether the company may take a customer in at this moment. Waits for a suspension that is under way, and holds one back
 * that has not begun, until the transaction ends: either the suspension finds the session, or the session finds the suspension.
 */
export async function admitsCustomers(tx: DatabaseOrTransaction, companyId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM company
    WHERE id = ${companyId}::uuid AND suspended_at IS NULL AND closed_at IS NULL
    FOR KEY SHARE`;
  return rows.length > 0;
}
