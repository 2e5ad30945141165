import { z } from "zod";
import { parseJson } from "@/lib/parse-json";
import { passkeyAnswerSchema } from "@/server/domain/second-factors/passkey-input";

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

const MAX_PASSKEY_JSON_LENGTH = 12_000;

/** A passkey's answer, which comes as JSON in a form's field. */
const typedPasskey = z
  .string()
  .max(MAX_PASSKEY_JSON_LENGTH)
  .transform((json) => parseJson(json))
  .pipe(passkeyAnswerSchema);

/** One of the three; a form sends fields that it leaves out as nothing or as empty. */
export const secondFactorSchema = z
  .object({
    code: z.string().max(MAX_TYPED_LENGTH).optional(),
    recoveryCode: z.string().max(MAX_TYPED_LENGTH).optional(),
    passkey: z.string().max(MAX_PASSKEY_JSON_LENGTH).optional(),
  })
  .transform((typed, context) => {
    if (typed.code) return { method: "totp", code: typed.code } as const;
    if (typed.recoveryCode) return { method: "recovery_code", code: typed.recoveryCode } as const;
    const passkey = typedPasskey.safeParse(typed.passkey);
    if (passkey.success) return { method: "passkey", answer: passkey.data } as const;
    context.addIssue("names no second factor");
    return z.NEVER;
  });
export type SecondFactorInput = z.output<typeof secondFactorSchema>;

export const passkeySignInSchema = z.object({ response: typedPasskey });
export type PasskeySignInInput = z.output<typeof passkeySignInSchema>;
