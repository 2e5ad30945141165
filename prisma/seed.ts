import { newPasswordSchema } from "@/server/auth/password-rule";
import { createDatabase, type Database } from "@/server/db/client";
import { createCompany } from "@/server/domain/accounts/create-company";
import { createProviderAccount } from "@/server/domain/accounts/create-provider-account";

/** What a first start creates, with the passwords that are shown once. */
export interface DemoAccounts {
  readonly companyCode: string;
  readonly accounts: readonly { readonly id: string; readonly password: string; readonly role: string }[];
  readonly provider: { readonly id: string; readonly password: string };
}

const COMPANY = { code: "demo", name: "Demo Support" };
const OPERATORS = [
  { code: "admin", name: "Administrator", role: "administrator" },
  { code: "operator", name: "Operator 1", role: "operator" },
  { code: "operator2", name: "Operator 2", role: "operator" },
] as const;
const PROVIDER = { code: "provider", name: "Provider" };
/** Any number, as long as nothing else in this database takes an advisory lock with it. */
const SEED_LOCK = 7_214_001;

/**
 * Creates the demo company and the provider account, if no company and no provider account exists.
 *
 * @param options.demoPassword for all accounts; without it each gets a random one
 * @returns null when there is something already
 * @throws Error with a sentence when the password breaks the rule
 */
export async function seedDemo(
  databaseUrl: string,
  options: { readonly demoPassword?: string | undefined } = {},
): Promise<DemoAccounts | null> {
  const { demoPassword } = options;
  if (demoPassword !== undefined && !newPasswordSchema.safeParse(demoPassword).success) {
    throw new Error(
      "DEMO_PASSWORD breaks the password rule: it must be 8 to 20 half-width letters, digits or symbols. Set another one, or unset it for random passwords.",
    );
  }
  const db = createDatabase(databaseUrl, { poolSize: 1 });
  try {
    return await createDemo(db, demoPassword);
  } finally {
    await db.$disconnect();
  }
}

function createDemo(db: Database, demoPassword: string | undefined): Promise<DemoAccounts | null> {
  return db.$transaction(async (tx) => {
    // Two first starts on one database: the second waits here, and then finds that it has nothing to do.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SEED_LOCK}::bigint)`;
    if ((await tx.company.count()) + (await tx.providerAccount.count()) > 0) return null;

    const passwords = await createCompany(
      tx,
      COMPANY,
      OPERATORS.map((operator) => ({ ...operator, password: demoPassword })),
    );
    const providerPassword = await createProviderAccount(tx, { ...PROVIDER, password: demoPassword });
    if (providerPassword === null) throw new Error("The provider account exists although none was found.");
    return {
      companyCode: COMPANY.code,
      accounts: OPERATORS.map(({ code, role }, index) => ({
        id: code,
        role,
        password: passwords[index] ?? "",
      })),
      provider: { id: PROVIDER.code, password: providerPassword },
    };
  });
}
