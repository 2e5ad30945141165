import { normalizeCode } from "@/server/auth/sign-in-input";
import { createDatabase } from "@/server/db/client";
import { newAccountCodeSchema } from "@/server/domain/accounts/account-code";
import { createProviderAccount } from "@/server/domain/accounts/create-provider-account";
import { emailSchema } from "@/server/domain/accounts/email-schema";
import { CommandError, readOptions, runCommand } from "./command-line";

/**
 * `npm run provider:create -- --id <id> [--name <name>] [--email <address>]`: an account for somebody who runs the service. This is how the
 * first one comes into a production database; no page can do it. The first sign-in leads to setting up a second factor.
 */
const USAGE = "Usage: npm run provider:create -- --id <id> [--name <name>] [--email <address>]";
const MAX_NAME_LENGTH = 100;

async function main(): Promise<void> {
  const account = readArguments();
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) {
    throw new CommandError("DATABASE_URL is not set. Set the PostgreSQL that the management server uses.");
  }
  const db = createDatabase(databaseUrl, { poolSize: 1 });
  try {
    const password = await db.$transaction((tx) => createProviderAccount(tx, account));
    if (password === null) {
      throw new CommandError(
        `A provider account with the ID "${account.code}" exists already. Choose another ID.`,
      );
    }
    process.stdout.write(
      `Provider account created. The password is shown this once.\n  ID        ${account.code}\n  Password  ${password}\n`,
    );
  } finally {
    await db.$disconnect();
  }
}

function readArguments(): { code: string; name: string; email: string | null } {
  const values = readOptions(
    { id: { type: "string" }, name: { type: "string" }, email: { type: "string" } },
    USAGE,
  );
  if (values.id === undefined) throw new CommandError(`--id is missing.\n${USAGE}`);
  const code = newAccountCodeSchema.safeParse(normalizeCode(values.id));
  if (!code.success) throw new CommandError(`--id ${code.error.issues[0]?.message ?? "is wrong"}.\n${USAGE}`);
  const name = (values.name ?? code.data).trim();
  if (name === "" || name.length > MAX_NAME_LENGTH) {
    throw new CommandError(`--name must be 1 to ${MAX_NAME_LENGTH} characters.\n${USAGE}`);
  }
  const email = emailSchema.nullable().safeParse(values.email ?? null);
  if (!email.success) throw new CommandError(`--email is no e-mail address.\n${USAGE}`);
  return { code: code.data, name, email: email.data };
}

await runCommand(main);
