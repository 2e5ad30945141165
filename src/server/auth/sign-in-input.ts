import { z } from "zod";

/** More than any password or code has; argon2 gets nothing longer to chew on. */
const MAX_TYPED_LENGTH = 200;

/**
 * A code in the one form that is stored: full-width letters and digits as half-width, no spaces around, lower case.
 * Normalised before the length is taken, as one character can become several.
 */
export function normalizeCode(typed: string): string {
  return typed.normalize("NFKC").trim().toLowerCase();
}

const typedText = z.string().min(1).max(MAX_TYPED_LENGTH);
const typedCode = typedText.transform(normalizeCode).pipe(typedText);
/** Compared as typed: the rule allows half-width characters alone, and a normalised password would be another one. */
const typedPassword = typedText;

export const operatorSignInSchema = z.object({
  companyCode: typedCode,
  operatorCode: typedCode,
  password: typedPassword,
});
export type OperatorSignInInput = z.output<typeof operatorSignInSchema>;

export const providerSignInSchema = z.object({ providerCode: typedCode, password: typedPassword });
export type ProviderSignInInput = z.output<typeof providerSignInSchema>;
