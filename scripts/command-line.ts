import { type ParseArgsConfig, parseArgs } from "node:util";
import { isDatabaseGone } from "@/server/db/is-database-gone";

/** Ends a command with a sentence for the person at the terminal instead of a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/**
 * What was typed after the command's name.
 *
 * @throws CommandError for an option that there is not, or one without its value, with the usage below
 */
export function readOptions<T extends NonNullable<ParseArgsConfig["options"]>>(options: T, usage: string) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Runs a command to its end: what goes wrong is told on standard error, and the exit code says so. */
export async function runCommand(command: () => Promise<void>, failureCode = 1): Promise<void> {
  try {
    await command();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = failureCode;
  }
}

function explain(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  if (isDatabaseGone(error)) {
    return "The database cannot be reached. Check that it runs, and the address, user and password of DATABASE_URL.";
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
