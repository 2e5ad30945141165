import {
  type AccountLocale,
  accountLocaleSchema,
  type OperatorRow,
  type OperatorState,
} from "@/protocol/operator-accounts";
import type { Operator, Prisma } from "@/server/db/generated/client";

/** The columns that a row of the list is made of. */
export const operatorColumns = {
  id: true,
  code: true,
  name: true,
  email: true,
  role: true,
  locale: true,
  passwordHash: true,
  disabledAt: true,
  lockedUntil: true,
  lastSignInAt: true,
  totp: { select: { confirmedAt: true } },
  _count: { select: { passkeys: true } },
} as const satisfies Prisma.OperatorSelect;

type OperatorRecord = Prisma.OperatorGetPayload<{ select: typeof operatorColumns }>;

/** A row as the administrator's list shows it. */
export function toOperatorRow(record: OperatorRecord, now: Date, ownId: string): OperatorRow {
  const { id, code, name, email, role, lastSignInAt, totp, _count } = record;
  return {
    operatorId: id,
    code,
    name,
    email,
    role,
    locale: storedLocale(record.locale),
    state: operatorState(record, now),
    secondFactor: Boolean(totp?.confirmedAt) || _count.passkeys > 0,
    lastSignInAt,
    own: id === ownId,
  };
}

/** The one thing that keeps the account from signing in; `active`: nothing does. */
export function operatorState(
  operator: Pick<Operator, "disabledAt" | "passwordHash" | "lockedUntil">,
  now: Date,
): OperatorState {
  if (operator.disabledAt) return "disabled";
  if (operator.passwordHash === null) return "invited";
  return operator.lockedUntil && operator.lockedUntil > now ? "locked" : "active";
}

/** The same as a condition. */
export function whereState(state: OperatorState, now: Date): Prisma.OperatorWhereInput {
  switch (state) {
    case "disabled":
      return { disabledAt: { not: null } };
    case "invited":
      return { disabledAt: null, passwordHash: null };
    case "locked":
      return { disabledAt: null, passwordHash: { not: null }, lockedUntil: { gt: now } };
    case "active":
      return {
        disabledAt: null,
        passwordHash: { not: null },
        OR: [{ lockedUntil: null }, { lockedUntil: { lte: now } }],
      };
  }
}

/** The language of e-mail as stored; a value from elsewhere counts as the default. */
export function storedLocale(locale: string): AccountLocale {
  return accountLocaleSchema.catch("en").parse(locale);
}

/** What the audit log says of an account before and after a change. */
export function auditedFields(
  operator: Pick<Operator, "code" | "name" | "email" | "role" | "locale">,
): Prisma.InputJsonObject {
  const { code, name, email, role, locale } = operator;
  return { code, name, email, role, locale };
}
