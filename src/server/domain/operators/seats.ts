import { AppError } from "@/lib/app-error";
import type { Seats } from "@/protocol/operator-accounts";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";

/** The accounts that take a seat: all that can sign in, or could once they have chosen a password. */
const seated = { deletedAt: null, disabledAt: null } as const;

/**
 * Makes every change of a company's accounts that must be counted wait for the one before it: seats and administrators
 * are then counted in peace until the transaction ends. Taken before anything else in the transaction, so that two of
 * them never wait for each other. `NO KEY UPDATE` stands in the way of the provider's changes of the plan too, and not
 * in that of rows which merely name the company, such as a new session's.
 *
 * @throws AppError NOT_FOUND when there is no such company
 */
export async function lockCompany(tx: DatabaseOrTransaction, companyId: string): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM company WHERE id = ${companyId}::uuid FOR NO KEY UPDATE`;
  if (rows.length === 0) throw new AppError("NOT_FOUND");
}

/** How many seats the company has, and how many are taken. */
export async function countSeats(tx: DatabaseOrTransaction, companyId: string): Promise<Seats> {
  const [company, used] = await Promise.all([
    tx.company.findUniqueOrThrow({ where: { id: companyId }, select: { seats: true } }),
    tx.operator.count({ where: { companyId, ...seated } }),
  ]);
  return { used, total: company.seats };
}

/**
 * Refuses when so many more accounts do not fit. The company is locked, see {@link lockCompany}.
 *
 * @throws AppError SEATS_TAKEN
 */
export async function requireSeats(tx: DatabaseOrTransaction, companyId: string, more = 1): Promise<void> {
  const { used, total } = await countSeats(tx, companyId);
  if (used + more > total) throw new AppError("SEATS_TAKEN");
}

/**
 * Refuses when nobody else could administer the company. An administrator who was invited and has chosen no password yet
 * does not count: the invitation may never arrive. The company is locked, see {@link lockCompany}.
 *
 * @throws AppError LAST_ADMINISTRATOR
 */
export async function requireAnotherAdministrator(
  tx: DatabaseOrTransaction,
  companyId: string,
  operatorId: string,
): Promise<void> {
  const others = await tx.operator.count({
    where: {
      companyId,
      ...seated,
      role: "administrator",
      passwordHash: { not: null },
      id: { not: operatorId },
    },
  });
  if (others === 0) throw new AppError("LAST_ADMINISTRATOR");
}

/** The company's seats, for its administrator. */
export function readSeats(ctx: ServiceContext<OperatorActor>): Promise<Seats> {
  return countSeats(ctx.db, ctx.actor.companyId);
}
