import { dictionary } from "@zxcvbn-ts/language-common";

/** Fewer different characters than this are one character with decoration. */
const MIN_DISTINCT_CHARACTERS = 4;
/** Shorter codes turn up in random passwords by chance. */
const MIN_CODE_LENGTH = 4;
/** What people put before and after a word to please a password rule. */
const DECORATION = /^[^a-z]+|[^a-z]+$/g;

let commonPasswords: ReadonlySet<string> | undefined;

/**
 * Whether a password is among the first that somebody would try (ASVS 6.2.4, NIST SP 800-63B 5.1.1.2): one of the 49,000
 * most common, one of them with digits and signs around it, hardly more than one character, or a name of the account.
 *
 * @param names codes of the account and of its company, in their stored form
 */
export function isCommonPassword(password: string, names: readonly string[]): boolean {
  commonPasswords ??= new Set(dictionary["passwords-common"]);
  const plain = password.toLowerCase();
  if (new Set(plain).size < MIN_DISTINCT_CHARACTERS) return true;
  if (commonPasswords.has(plain)) return true;
  const word = plain.replace(DECORATION, "");
  if (word !== "" && commonPasswords.has(word)) return true;
  return ["madoguchi", ...names].some((name) => name.length >= MIN_CODE_LENGTH && plain.includes(name));
}
