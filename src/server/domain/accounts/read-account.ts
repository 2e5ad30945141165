import type { DatabaseOrTransaction } from "@/server/db/client";
import { type AccountPolicy, DEFAULT_POLICY, PROVIDER_POLICY } from "./account-policy";
import type { AccountRef } from "./account-ref";

/** The languages in which e-mail is written. */
export type MailLocale = "ja" | "en";

/** An account of either kind, as everything that concerns both needs it. */
export interface Account {
  readonly ref: AccountRef;
  readonly code: string;
  readonly name: string;
  readonly email: string | null;
  readonly locale: MailLocale;
  readonly passwordHash: string | null;
  readonly passwordChangedAt: Date | null;
  readonly mustChangePassword: boolean;
  readonly lockedUntil: Date | null;
  /** Disabled or deleted, or its company is closed. */
  readonly isGone: boolean;
  /** Null for the provider's accounts. */
  readonly company: {
    readonly id: string;
    readonly code: string;
    readonly name: string;
    readonly isSuspended: boolean;
  } | null;
  readonly policy: AccountPolicy;
}

/** The account with its company and the rules that hold for it; null: there is none with this id. */
export async function readAccount(tx: DatabaseOrTransaction, ref: AccountRef): Promise<Account | null> {
  return ref.operatorId === undefined
    ? readProviderAccount(tx, ref.providerAccountId)
    : readOperator(tx, ref.operatorId);
}

async function readOperator(tx: DatabaseOrTransaction, operatorId: string): Promise<Account | null> {
  const row = await tx.operator.findUnique({
    where: { id: operatorId },
    include: { company: { include: { policy: true } } },
  });
  if (!row) return null;
  const { company } = row;
  return {
    ...common(row),
    ref: { operatorId },
    isGone: row.disabledAt !== null || row.deletedAt !== null || company.closedAt !== null,
    company: {
      id: company.id,
      code: company.code,
      name: company.name,
      isSuspended: company.suspendedAt !== null,
    },
    policy: company.policy ?? DEFAULT_POLICY,
  };
}

async function readProviderAccount(
  tx: DatabaseOrTransaction,
  providerAccountId: string,
): Promise<Account | null> {
  const row = await tx.providerAccount.findUnique({ where: { id: providerAccountId } });
  if (!row) return null;
  return {
    ...common(row),
    ref: { providerAccountId },
    isGone: row.disabledAt !== null,
    company: null,
    policy: PROVIDER_POLICY,
  };
}

type CommonRow = Omit<Account, "ref" | "isGone" | "company" | "policy" | "locale"> & {
  readonly locale: string;
};

function common(row: CommonRow): Omit<Account, "ref" | "isGone" | "company" | "policy"> {
  const { code, name, email, passwordHash, passwordChangedAt, mustChangePassword, lockedUntil } = row;
  const locale: MailLocale = row.locale === "ja" ? "ja" : "en";
  return { code, name, email, locale, passwordHash, passwordChangedAt, mustChangePassword, lockedUntil };
}
