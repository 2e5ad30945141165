import { StepError } from "../../setup/report.mjs";
import { lastLines, runCommand } from "../../setup/run-command";

/** Whom PostgreSQL runs as; empty means as ourselves. */
export type Account = { uid?: number; gid?: number };

const ACCOUNT_NAME = "postgres";

/**
 * PostgreSQL refuses to run as root. As root this returns the system's `postgres` user, made here when
 * there is none: PostgreSQL insists on a user with a name, so a bare number would not do.
 */
export async function databaseAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const existing = await lookUp();
  if (existing) return existing;
  const made = await runCommand("useradd", [
    "--system",
    "--user-group",
    "--no-create-home",
    "--home-dir=/nonexistent",
    "--shell=/usr/sbin/nologin",
    ACCOUNT_NAME,
  ]).catch((error: unknown) => ({ code: 1, output: error instanceof Error ? error.message : String(error) }));
  const account = await lookUp();
  if (account) return account;
  throw new StepError(
    `PostgreSQL does not run as root, and the user "${ACCOUNT_NAME}" could not be made: ${lastLines(made.output, 3)}`,
    "Start Madoguchi as an ordinary user, make that user by hand, or set DATABASE_URL to a PostgreSQL of your own.",
  );
}

async function lookUp(): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => await runCommand("id", [flag, ACCOUNT_NAME])),
  );
  if (uid?.code !== 0 || gid?.code !== 0) return undefined;
  return { uid: Number.parseInt(uid.output, 10), gid: Number.parseInt(gid.output, 10) };
}

/** Whether that account can enter a folder; asked of the system itself, since access lists and mounts count too. */
export async function canEnter(folder: string, account: Account): Promise<boolean> {
  const { code } = await runCommand("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { ...account, cwd: "/" });
  return code === 0;
}
