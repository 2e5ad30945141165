import { z } from "zod";

/** The audit log as administrators and the provider read it. */

const FILTER_TEXT_MAX_LENGTH = 100;
const CURSOR_MAX_LENGTH = 200;
export const AUDIT_PAGE_DEFAULT = 50;
export const AUDIT_PAGE_MAX = 100;

/** The kinds of actors that have no account. */
export const actorsWithoutAccount = ["customer", "anonymous", "relay", "system"] as const;

export const auditFilterSchema = z.strictObject({
  /** The first moment. */
  from: z.date().optional(),
  /** The first moment that no longer counts. */
  to: z.date().optional(),
  /** `operator:<uuid>`, `provider:<uuid>`, or a kind of actor without an account. */
  actor: z
    .union([z.string().regex(/^(operator|provider):[0-9a-f-]{36}$/), z.enum(actorsWithoutAccount)])
    .optional(),
  /** What the actions were done to: `session` of `session.accepted`. */
  group: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .optional(),
  /** Part of a name, an ID, an address, an action or a detail. */
  text: z.string().trim().max(FILTER_TEXT_MAX_LENGTH).optional(),
});
export type AuditFilter = z.output<typeof auditFilterSchema>;

export const auditQuerySchema = auditFilterSchema.extend({
  /** `nextCursor` of the page before. */
  cursor: z.string().max(CURSOR_MAX_LENGTH).optional(),
  limit: z.int().min(1).max(AUDIT_PAGE_MAX).default(AUDIT_PAGE_DEFAULT),
});
export type AuditQuery = z.output<typeof auditQuerySchema>;

const partySchema = z.object({
  /** `operator`, `provider`, `session`, …; a kind that this version does not know is shown as it is. */
  kind: z.string(),
  id: z.string().nullable(),
  /** Null: it has none, or the reader may not know it. */
  name: z.string().nullable(),
});
export type AuditParty = z.output<typeof partySchema>;

export const auditRowSchema = z.object({
  eventId: z.string(),
  /** Place in the chain. */
  entry: z.int(),
  at: z.date(),
  actor: partySchema,
  action: z.string(),
  subject: partySchema.nullable(),
  clientAddress: z.string().nullable(),
  detail: z.record(z.string(), z.json()),
});
export type AuditRow = z.output<typeof auditRowSchema>;

export const auditPageSchema = z.object({
  rows: z.array(auditRowSchema),
  /** Null: that was the last page. */
  nextCursor: z.string().nullable(),
  /** Set when a search stopped before its page was full: everything younger has been searched. */
  searchedBackTo: z.date().nullable(),
});
export type AuditPage = z.output<typeof auditPageSchema>;

export const auditActorSchema = z.object({ value: z.string(), name: z.string(), code: z.string() });
export type AuditActor = z.output<typeof auditActorSchema>;
