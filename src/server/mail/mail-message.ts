import { z } from "zod";

/**
 * What the service writes by e-mail. A message waits in the outbox as these facts; its words are found when it is sent.
 * The facts carry names that users chose: they are escaped where they become HTML, and never reach a header unfolded.
 */

const TEXT_MAX_LENGTH = 500;
/** RFC 5321, 4.5.3.1.3: a path has at most 256 octets, two of them its brackets. */
const ADDRESS_MAX_LENGTH = 254;

const text = z.string().max(TEXT_MAX_LENGTH);
const companyName = text.nullable();
const clientAddress = text.nullable();
const url = z.url({ protocol: /^https?$/ });

/** What was changed about an account's second factors. */
export const secondFactorChanges = [
  "totp_added",
  "totp_removed",
  "passkey_added",
  "passkey_removed",
  "recovery_codes",
  "reset_by_administrator",
] as const;

const envelope = {
  /** One address without a display name, and nothing that a header or a list of addresses could be made of. */
  to: z
    .string()
    .max(ADDRESS_MAX_LENGTH)
    .regex(/^[^\s<>()[\]\\,;:"@\p{Cc}]+@[^\s<>()[\]\\,;:"@\p{Cc}]+$/u),
  locale: z.enum(["ja", "en"]),
};

export const mailMessageSchema = z.discriminatedUnion("template", [
  z.strictObject({
    ...envelope,
    template: z.literal("invitation"),
    name: text,
    companyName,
    companyCode: text.nullable(),
    code: text,
    url,
  }),
  z.strictObject({ ...envelope, template: z.literal("password_reset"), name: text, code: text, url }),
  z.strictObject({
    ...envelope,
    template: z.literal("account_locked"),
    name: text,
    code: text,
    companyName,
    /** Null: until an administrator unlocks it. */
    until: z.coerce.date().nullable(),
    clientAddress,
  }),
  z.strictObject({
    ...envelope,
    template: z.literal("password_changed"),
    name: text,
    code: text,
    clientAddress,
  }),
  z.strictObject({
    ...envelope,
    template: z.literal("second_factor_changed"),
    name: text,
    code: text,
    what: z.enum(secondFactorChanges),
    clientAddress,
  }),
  z.strictObject({
    ...envelope,
    template: z.literal("company_export_ready"),
    name: text,
    code: text,
    companyName: text,
    /** When the data is deleted and the link stops working. */
    until: z.coerce.date(),
    url,
  }),
]);

export type MailMessage = z.output<typeof mailMessageSchema>;
export type MailTemplate = MailMessage["template"];
