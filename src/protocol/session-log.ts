import { z } from "zod";
import { toolDeviceSchema } from "./client-tool";
import { deviceInformationSchema } from "./device-information";
import { endReasonSchema } from "./end-reason";
import { permissionsSchema } from "./permissions";
import { sessionPhaseSchema } from "./session-views";

/**
 * The session log and the reports as the browser gets them. Times are instants; a browser shows them in its own zone.
 */
export const NOTE_MAX_LENGTH = 4_000;
export const CATEGORY_MAX_LENGTH = 40;
export const SEARCH_MAX_LENGTH = 100;

export const surveyAnswers = ["solved", "partly", "not_solved"] as const;
export const surveyAnswerSchema = z.enum(surveyAnswers);
export type SurveyAnswer = z.infer<typeof surveyAnswerSchema>;

/** Characters that no keyboard types and PostgreSQL (NUL) or a reader stumbles over; line breaks and tabs are text. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u;
const printable = (text: string) => !CONTROL.test(text);

export const noteSchema = z.string().max(NOTE_MAX_LENGTH).refine(printable);

export const logSorts = ["start", "duration", "traffic"] as const;
export const logSortSchema = z.enum(logSorts);
export type LogSort = z.infer<typeof logSortSchema>;

/** Which sessions; every part that is left out does not narrow. */
export const sessionFilterSchema = z.strictObject({
  /** From this instant on, */
  from: z.date().optional(),
  /** and before this one. */
  to: z.date().optional(),
  operatorId: z.uuid().optional(),
  /** Null: sessions that nobody has filed. */
  category: z.string().min(1).max(CATEGORY_MAX_LENGTH).nullable().optional(),
  endReason: endReasonSchema.optional(),
  /** Part of the note, the operator's name, or the name of the customer's browser or system; small and capital letters alike. */
  text: z.string().trim().min(1).max(SEARCH_MAX_LENGTH).refine(printable).optional(),
});
export type SessionFilter = z.infer<typeof sessionFilterSchema>;

/** A row of the session log. */
export const sessionLogRowSchema = z.object({
  sessionId: z.uuid(),
  operatorName: z.string(),
  createdAt: z.date(),
  startedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  /** Null: nothing was shared, or it still goes on. */
  durationSeconds: z.int().nonnegative().nullable(),
  endReason: endReasonSchema.nullable(),
  bytesForwarded: z.int().nonnegative(),
  device: deviceInformationSchema.nullable(),
  note: z.string(),
  category: z.string().nullable(),
  surveyAnswer: surveyAnswerSchema.nullable(),
  erasedAt: z.date().nullable(),
});
export type SessionLogRow = z.infer<typeof sessionLogRowSchema>;

export const sessionLogPageSchema = z.object({
  rows: z.array(sessionLogRowSchema),
  /** Goes on below the last row; null: there is nothing more. */
  nextCursor: z.string().nullable(),
  /** Goes back above the first row; null: this is the first page. */
  previousCursor: z.string().nullable(),
  /**
   * False: so many sessions were looked through without filling the page that it was handed out as it is; `nextCursor` goes on
   * looking.
   */
  isFull: z.boolean(),
});
export type SessionLogPage = z.infer<typeof sessionLogPageSchema>;

/** What the filters can be set to. */
export const logOptionsSchema = z.object({
  /** Of the whole company; empty for somebody who sees the own sessions only. */
  operators: z.array(z.object({ operatorId: z.uuid(), name: z.string(), isDeleted: z.boolean() })),
  /** Those of the policy first, then those that older sessions have. */
  categories: z.array(z.string()),
});
export type LogOptions = z.infer<typeof logOptionsSchema>;

/** One thing that happened, from the audit log. */
export const timelineEventSchema = z.object({
  eventId: z.string(),
  at: z.date(),
  /** As in the audit log: `session.accepted`, … */
  action: z.string(),
  actor: z.enum(["operator", "customer", "relay", "system", "provider"]),
  /** The operator's name; null for everybody else. */
  actorName: z.string().nullable(),
  endReason: endReasonSchema.nullable(),
  permissions: permissionsSchema.nullable(),
  relay: z.string().nullable(),
});
export type TimelineEvent = z.infer<typeof timelineEventSchema>;

const measured = z.number().nullable();

export const qualitySampleSchema = z.object({
  at: z.date(),
  rttMs: measured,
  /** 0 to 1. */
  lossRatio: measured,
  framesPerSecond: measured,
  bitrateBps: measured,
});
export type QualitySample = z.infer<typeof qualitySampleSchema>;

/** Everything that is stored about one session. */
export const sessionDetailSchema = sessionLogRowSchema.extend({
  phase: sessionPhaseSchema,
  acceptedAt: z.date().nullable(),
  relay: z.string().nullable(),
  /** What the Client Tool told about the machine. */
  toolDevice: toolDeviceSchema.nullable(),
  /** What may be chosen now. */
  categories: z.array(z.string()),
  timeline: z.array(timelineEventSchema),
  quality: z.array(qualitySampleSchema),
  observers: z.array(z.object({ name: z.string(), joinedAt: z.date(), leftAt: z.date().nullable() })),
});
export type SessionDetail = z.infer<typeof sessionDetailSchema>;

/** What the operator's browser measured over the last interval. */
export const qualityReportSchema = z.strictObject({
  sessionId: z.uuid(),
  rttMs: z.number().min(0).max(600_000).nullable(),
  lossRatio: z.number().min(0).max(1).nullable(),
  framesPerSecond: z.number().min(0).max(1_000).nullable(),
  bitrateBps: z.number().min(0).max(1e12).nullable(),
});
export type QualityReport = z.infer<typeof qualityReportSchema>;

/** Whether this runtime knows the IANA time zone. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const timeZoneSchema = z.string().max(64).refine(isTimeZone);
