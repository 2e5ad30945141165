import { z } from "zod";

/** A company's accounts, as the administrator's pages and the API speak of them. */
export const operatorRoles = ["administrator", "supervisor", "operator"] as const;
export const operatorRoleSchema = z.enum(operatorRoles);
export type OperatorRole = z.infer<typeof operatorRoleSchema>;

export const accountLocales = ["ja", "en"] as const;
export const accountLocaleSchema = z.enum(accountLocales);
export type AccountLocale = z.infer<typeof accountLocaleSchema>;

/**
 * `disabled` comes before everything, then `invited` (no password chosen yet), then `locked` (too many wrong passwords):
 * the one thing that keeps the account from signing in.
 */
export const operatorStates = ["active", "invited", "locked", "disabled"] as const;
export const operatorStateSchema = z.enum(operatorStates);
export type OperatorState = z.infer<typeof operatorStateSchema>;

export const NAME_MAX_LENGTH = 80;
export const EMAIL_MAX_LENGTH = 254;
export const CODE_MAX_LENGTH = 40;

/** Control characters, line ends and marks that turn the direction of text: a name with them would not show as it is. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

export const operatorNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(NAME_MAX_LENGTH)
  .refine((name) => !UNPRINTABLE.test(name));

/** The ID in its stored form: people may type capitals. */
export const operatorCodeSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/);

export const operatorEmailSchema = z.string().trim().max(EMAIL_MAX_LENGTH).pipe(z.email());

export const operatorIdInput = z.strictObject({ operatorId: z.uuid() });

/** What every account has. */
const accountFields = {
  name: operatorNameSchema,
  code: operatorCodeSchema,
  role: operatorRoleSchema,
  locale: accountLocaleSchema,
};

export const inviteOperatorInput = z.strictObject({ ...accountFields, email: operatorEmailSchema });
export type InviteOperatorInput = z.infer<typeof inviteOperatorInput>;

export const createOperatorInput = z.strictObject({
  ...accountFields,
  email: operatorEmailSchema.nullable(),
  /** Null: a random one is made, and told in the answer. Whatever it is, it must be changed at the first sign-in. */
  password: z.string().max(100).nullable(),
});
export type CreateOperatorInput = z.infer<typeof createOperatorInput>;

export const updateOperatorInput = z.strictObject({
  operatorId: z.uuid(),
  ...accountFields,
  email: operatorEmailSchema.nullable(),
});
export type UpdateOperatorInput = z.infer<typeof updateOperatorInput>;

export const operatorSorts = ["name", "code", "lastSignInAt"] as const;
export type OperatorSort = (typeof operatorSorts)[number];

export const listOperatorsInput = z.strictObject({
  /** Part of a name, an ID or an e-mail address. */
  text: z.string().trim().max(100).optional(),
  role: operatorRoleSchema.optional(),
  state: operatorStateSchema.optional(),
  sort: z.enum(operatorSorts).default("name"),
  descending: z.boolean().default(false),
  cursor: z.string().max(600).optional(),
  limit: z.int().min(1).max(200).default(50),
});
export type ListOperatorsInput = z.infer<typeof listOperatorsInput>;

export const operatorRowSchema = z.object({
  operatorId: z.uuid(),
  code: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: operatorRoleSchema,
  locale: accountLocaleSchema,
  state: operatorStateSchema,
  /** Whether an authenticator app or a passkey is set up. */
  secondFactor: z.boolean(),
  lastSignInAt: z.date().nullable(),
  /** Whether it is the caller's own. */
  own: z.boolean(),
});
export type OperatorRow = z.infer<typeof operatorRowSchema>;

export const operatorListSchema = z.object({
  rows: z.array(operatorRowSchema),
  nextCursor: z.string().nullable(),
  /** How many the filter finds. */
  total: z.int(),
});

export const operatorDetailSchema = operatorRowSchema.extend({
  createdAt: z.date(),
  disabledAt: z.date().nullable(),
  /** Null: not locked, or until an administrator unlocks it; see `lockedForever`. */
  lockedUntil: z.date().nullable(),
  lockedForever: z.boolean(),
  passwordChangedAt: z.date().nullable(),
  mustChangePassword: z.boolean(),
  authenticatorApp: z.boolean(),
  passkeys: z.int(),
  /** Browsers in which the account is signed in. */
  signIns: z.int(),
  openSessions: z.int(),
  /** Until when the invitation that was sent works; null: there is none, or it has run out. */
  invitationUntil: z.date().nullable(),
});
export type OperatorDetail = z.infer<typeof operatorDetailSchema>;

export const seatsSchema = z.object({ used: z.int(), total: z.int() });
export type Seats = z.infer<typeof seatsSchema>;

export const CSV_MAX_BYTES = 2_097_152;
export const CSV_MAX_ROWS = 5_000;

/** The file as it is, in base64, so that its encoding can be told on the server. */
export const csvInput = z.strictObject({ file: z.base64().max(Math.ceil(CSV_MAX_BYTES / 3) * 4) });

/** What is wrong with one row of a file. */
export const importProblems = [
  "code_missing",
  "code_malformed",
  "code_twice",
  "code_taken",
  "name_missing",
  "name_malformed",
  "email_missing",
  "email_malformed",
  "role_unknown",
  "language_unknown",
] as const;
export const importProblemSchema = z.enum(importProblems);
export type ImportProblem = z.infer<typeof importProblemSchema>;

export const importRowSchema = z.object({
  /** The line of the file where the row begins; the heading is line 1. */
  line: z.int(),
  code: z.string(),
  name: z.string(),
  email: z.string(),
  /** As it was read; null: unreadable. */
  role: operatorRoleSchema.nullable(),
  locale: accountLocaleSchema.nullable(),
  problems: z.array(importProblemSchema),
});
export type ImportRow = z.infer<typeof importRowSchema>;

export const importPreviewSchema = z.object({
  rows: z.array(importRowSchema),
  /** Rows with a problem. */
  faulty: z.int(),
  seats: seatsSchema,
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;
