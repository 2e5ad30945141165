import { CommandError, readOptions, runCommand } from "./command-line";
import { seedSessions } from "./seed/seed-sessions";

/**
 * `npm run seed:sessions -- --count 50000 [--company demo] [--days 365] [--seed 1] [--exclusively]`: fills a session log, to look
 * at the product with a past. `--exclusively` pays for hundreds of thousands; the product stands still meanwhile. Works on the
 * PostgreSQL of DATABASE_URL, which is never a guess.
 */
const USAGE =
  "Usage: npm run seed:sessions -- --count <n> [--company <code>] [--days <n>] [--seed <n>] [--exclusively]";
const MAX_COUNT = 5_000_000;

async function main(): Promise<void> {
  const options = readArguments();
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) {
    throw new CommandError("DATABASE_URL is not set. Set the PostgreSQL whose session log is to be filled.");
  }
  const { sessions, elapsedMs } = await seedSessions(databaseUrl, {
    ...options,
    onProgress: ({ batches, ofBatches, sessions: written }) => {
      process.stdout.write(`${batches} of ${ofBatches} batches, ${written.toLocaleString("en")} sessions\n`);
    },
  });
  process.stdout.write(
    `${sessions} sessions added to the company "${options.companyCode}" in ${(elapsedMs / 1000).toFixed(1)} s.\n`,
  );
}

function readArguments() {
  const text = { type: "string" } as const;
  const values = readOptions(
    { count: text, company: text, days: text, seed: text, exclusively: { type: "boolean" } },
    USAGE,
  );
  return {
    companyCode: values.company ?? "demo",
    count: whole("--count", values.count, MAX_COUNT),
    days: whole("--days", values.days ?? "365", 3_650),
    seed: whole("--seed", values.seed ?? "1", 999),
    exclusively: values.exclusively ?? false,
  };
}

function whole(name: string, text: string | undefined, max: number): number {
  const value = Number(text);
  if (text !== undefined && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new CommandError(`${name} must be a whole number from 1 to ${max}.\n${USAGE}`);
}

await runCommand(main);
