import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { hash, type Options, verify } from "@node-rs/argon2";
import { Turns } from "./turns";

/** argon2id with 19 MiB, two passes and one lane: the OWASP password storage cheat sheet's first choice. */
const ARGON2 = {
  // Argon2id: the package's default, and its const enum cannot be named with isolated modules.
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const satisfies Options;

/**
 * How many passwords are hashed at a time. Each takes a core for tens of milliseconds: one core is left to everything else, so
 * that customers do not wait while passwords are hashed.
 */
const AT_A_TIME = Math.max(1, availableParallelism() - 1);
/** Signing in is bounded before it comes here; what else hashes is somebody signed in, or an administrator's import. */
const turns = new Turns({ places: AT_A_TIME, maxWaiting: Number.POSITIVE_INFINITY });

/** Runs the work when one of the {@link AT_A_TIME} places is free, first come, first served. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  return turns.run("", work);
}

/** What is hashed in vain when there is no account, so that it takes as long as when there is one. */
let dummyHash: Promise<string> | undefined;

/** The password's hash in PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, ARGON2));
}

/** What the PHC string of a hash with today's parameters begins with. */
const CURRENT_PREFIX = `$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},p=${ARGON2.parallelism}$`;

/** Whether a hash was made with other parameters than today's: the next right password replaces it. */
export function needsRehash(passwordHash: string): boolean {
  return !passwordHash.startsWith(CURRENT_PREFIX);
}

/**
 * Whether the password belongs to the hash. Takes the same time when there is no hash.
 *
 * @param passwordHash undefined: there is no such account, and the answer is always no
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  dummyHash ??= hashPassword(randomBytes(16).toString("base64url"));
  // Awaited in either case: whoever is first after the boot waits for it, whatever was typed.
  const dummy = await dummyHash;
  const matches = await inTurn(() => verify(passwordHash ?? dummy, password)).catch(() => false);
  return matches && passwordHash !== undefined;
}
