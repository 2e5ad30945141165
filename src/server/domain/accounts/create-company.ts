import { hashPassword } from "@/server/auth/password-hash";
import { createRandomPassword } from "@/server/auth/password-rule";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { OperatorRole } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { NewAccount } from "./create-provider-account";

const SYSTEM = { actor: { kind: "system" }, clientAddress: null, now: () => new Date() } as const;

export interface NewOperator extends NewAccount {
  readonly role: OperatorRole;
}

/**
 * Makes a company with the default policy and its first operators.
 *
 * @returns the operators' passwords in their order, which are kept nowhere else
 * @throws a unique violation when there is a company with this code
 */
export async function createCompany(
  tx: DatabaseOrTransaction,
  company: { readonly code: string; readonly name: string },
  operators: readonly NewOperator[],
): Promise<string[]> {
  const companyId = newId();
  const passwords = operators.map((operator) => operator.password ?? createRandomPassword());
  const hashes = await Promise.all(passwords.map(hashPassword));
  await tx.company.create({ data: { id: companyId, ...company, policy: { create: {} } } });
  await recordAuditEvent(tx, SYSTEM, {
    action: "company.created",
    subject: `company:${companyId}`,
    companyId,
  });
  for (const [index, { code, name, role, email = null }] of operators.entries()) {
    const id = newId();
    await tx.operator.create({
      data: {
        id,
        companyId,
        code,
        name,
        role,
        email,
        passwordHash: hashes[index] ?? null,
        passwordChangedAt: SYSTEM.now(),
      },
    });
    await recordAuditEvent(tx, SYSTEM, {
      action: "operator.created",
      subject: `operator:${id}`,
      companyId,
      detail: { role },
    });
  }
  return passwords;
}
