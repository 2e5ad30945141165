import { hashPassword } from "@/server/auth/password-hash";
import { createRandomPassword } from "@/server/auth/password-rule";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";

const SYSTEM = { actor: { kind: "system" }, clientAddress: null, now: () => new Date() } as const;

export interface NewAccount {
  /** In its stored form, see `newAccountCodeSchema`. */
  readonly code: string;
  readonly name: string;
  readonly email?: string | null;
  readonly password?: string;
}

/**
 * Makes an account for somebody who runs the service. Its first sign-in leads to setting up a second factor.
 *
 * @returns its password, which is kept nowhere else; null: there is an account with this code
 */
export async function createProviderAccount(
  tx: DatabaseOrTransaction,
  { code, name, email = null, password = createRandomPassword() }: NewAccount,
): Promise<string | null> {
  const id = newId();
  const passwordHash = await hashPassword(password);
  const { count } = await tx.providerAccount.createMany({
    data: [{ id, code, name, email, passwordHash, passwordChangedAt: SYSTEM.now() }],
    skipDuplicates: true,
  });
  if (count === 0) return null;
  await recordAuditEvent(tx, SYSTEM, {
    action: "provider_account.created",
    subject: `provider:${id}`,
    companyId: null,
  });
  return password;
}
