import { AppError } from "@/lib/app-error";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { SignInStage } from "@/server/db/generated/client";
import type { AccountContext } from "@/server/domain/service-context";
import { accountOf } from "./account-ref";
import { type Account, readAccount } from "./read-account";

/** @throws AppError `SIGN_IN_INCOMPLETE` when the sign-in has not come as far, or is already further */
export function requireStage(ctx: AccountContext, ...stages: readonly SignInStage[]): void {
  if (!stages.includes(ctx.stage)) throw new AppError("SIGN_IN_INCOMPLETE");
}

/** The account of whoever asks. */
export async function readOwnAccount(tx: DatabaseOrTransaction, ctx: AccountContext): Promise<Account> {
  const account = await readAccount(tx, accountOf(ctx.actor));
  if (!account || account.isGone) throw new AppError("UNAUTHENTICATED");
  return account;
}
