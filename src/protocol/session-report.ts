import { z } from "zod";
import { endReasonSchema } from "./end-reason";
import { surveyAnswerSchema, timeZoneSchema } from "./session-log";

/** The reports: figures over the ended sessions of a period. */
export const REPORT_MAX_DAYS = 731;
const DAY_MS = 86_400_000;

export const reportQuerySchema = z
  .strictObject({
    from: z.date(),
    /** Exclusive. */
    to: z.date(),
    /** IANA; days and hours are those of this zone. */
    timeZone: timeZoneSchema,
    operatorId: z.uuid().optional(),
  })
  .refine(({ from, to }) => from < to && to.getTime() - from.getTime() <= REPORT_MAX_DAYS * DAY_MS);
export type ReportQuery = z.infer<typeof reportQuerySchema>;

const count = z.int().nonnegative();
const figures = z.object({
  /** Everybody who typed a number, also when nothing was ever shared. */
  sessions: count,
  /** Those in which something was shared. */
  shared: count,
  /** Of sharing, all sessions together. */
  seconds: count,
});
export type ReportFigures = z.infer<typeof figures>;

export const sessionReportSchema = z.object({
  total: figures,
  /** Every day of the period, also those without a session; `YYYY-MM-DD`. */
  byDay: z.array(figures.extend({ day: z.string() })),
  /** Weekday 1 (Monday) to 7 (ISO 8601), hour 0 to 23; without those that had no session. */
  byHour: z.array(figures.extend({ weekday: z.int().min(1).max(7), hour: z.int().min(0).max(23) })),
  byOperator: z.array(figures.extend({ operatorId: z.uuid(), name: z.string() })),
  byEndReason: z.array(figures.extend({ endReason: endReasonSchema })),
  /** Null: shared, and not answered. */
  bySurvey: z.array(figures.extend({ answer: surveyAnswerSchema.nullable() })),
});
export type SessionReport = z.infer<typeof sessionReportSchema>;
