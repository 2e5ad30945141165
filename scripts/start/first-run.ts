import type { seedDemo } from "../../prisma/seed";
import type { StepControl } from "../setup/report.mjs";

export type SignInData = NonNullable<Awaited<ReturnType<typeof seedDemo>>>;

/** Creates the demo company and the provider account in an empty database; undefined when there is nothing to create. */
export async function createDemo(
  databaseUrl: string,
  demoPassword: string | undefined,
  { skip }: StepControl,
): Promise<SignInData | undefined> {
  // Loaded only now: it needs the generated Prisma client, which a fresh clone gets in an earlier step.
  const seed = await import("../../prisma/seed");
  const created = await seed.seedDemo(databaseUrl, { demoPassword });
  if (created === null) skip();
  return created ?? undefined;
}

/** The lines that tell a person how to sign in. The passwords are kept nowhere else. */
export function describeSignIn({ companyCode, accounts, provider }: SignInData): string[] {
  const width = Math.max(...accounts.map(({ id }) => id.length), provider.id.length);
  return [
    "Sign-in data (shown this once; set DEMO_PASSWORD before the first start to choose it):",
    `  Company code  ${companyCode}`,
    ...accounts.map(({ id, password, role }) => `  ID ${id.padEnd(width)}  Password ${password}  (${role})`),
    "  Provider site, without a company code:",
    `  ID ${provider.id.padEnd(width)}  Password ${provider.password}`,
  ];
}
