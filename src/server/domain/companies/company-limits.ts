import { AppError } from "@/lib/app-error";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { lockCompany } from "./company-state";

/**
 * Refuses one more session at the same time than the plan has. Counted are the sessions that somebody works on, accepted or
 * live; customers who wait cost nothing. With the company's row locked: of two operators who accept at the same moment the
 * second sees the first one's session.
 *
 * @param sessionId the one that is to be accepted; if it is already, that is for the caller to say
 * @param tx the transaction that accepts the session
 * @throws AppError SESSION_LIMIT; COMPANY_SUSPENDED when the company was suspended or closed a moment ago
 */
export async function refuseTooManySessions(
  tx: DatabaseOrTransaction,
  { companyId, sessionId }: { readonly companyId: string; readonly sessionId: string },
): Promise<void> {
  const company = await lockCompany(tx, companyId, "change");
  if (company.suspendedAt || company.closedAt) throw new AppError("COMPANY_SUSPENDED");
  const open = await tx.supportSession.count({
    where: { companyId, phase: { in: ["accepted", "live"] }, id: { not: sessionId } },
  });
  if (open >= company.maxSimultaneousSessions) throw new AppError("SESSION_LIMIT");
}
