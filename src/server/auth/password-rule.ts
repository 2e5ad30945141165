import { randomInt } from "node:crypto";
import { z } from "zod";

/**
 * Passwords are 8 to 20 half-width letters, digits and symbols, as the security white paper has it: the visible
 * characters of ASCII, so no space.
 */
export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 20;
const PASSWORD_PATTERN = /^[\x21-\x7e]{8,20}$/;

/** A password that may be set. Sign-in does not use it: a wrong password is wrong, whatever it looks like. */
export const newPasswordSchema = z
  .string()
  .regex(PASSWORD_PATTERN, "must be 8 to 20 half-width letters, digits or symbols");

/** Without 0/O, 1/l/I: people copy these from a terminal by hand. */
const RANDOM_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const RANDOM_GROUPS = 3;
const RANDOM_GROUP_LENGTH = 5;

/** A random password that keeps the rule: `k7Rvx-9mQaa-Tn4cW`, about 87 bits. */
export function createRandomPassword(): string {
  return Array.from({ length: RANDOM_GROUPS }, createGroup).join("-");
}

function createGroup(): string {
  return Array.from({ length: RANDOM_GROUP_LENGTH }, () =>
    RANDOM_LETTERS.charAt(randomInt(RANDOM_LETTERS.length)),
  ).join("");
}
