/** The rule for new passwords, as the server has it (the security white paper's): told while one is typed. */
export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 20;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Shorter codes are in too many passwords by chance, so the server lets them be. */
const SHORTEST_CODE_THAT_COUNTS = 4;

export type PasswordCheck = "length" | "characters" | "ownCode";

/**
 * Which parts of the rule a password keeps. An empty one keeps none. What only the server can know (common passwords, former
 * ones) is not in it.
 *
 * @param codes the account's ID and company code, which must not be part of it
 */
export function checkPassword(
  password: string,
  codes: readonly string[],
): Readonly<Record<PasswordCheck, boolean>> {
  const lower = password.toLowerCase();
  return {
    length: password.length >= PASSWORD_MIN_LENGTH && password.length <= PASSWORD_MAX_LENGTH,
    characters: VISIBLE_ASCII.test(password),
    ownCode:
      password !== "" &&
      !codes.some((code) => code.length >= SHORTEST_CODE_THAT_COUNTS && lower.includes(code.toLowerCase())),
  };
}
