import { z } from "zod";
import { endReasonSchema } from "./end-reason";
import { observerSchema } from "./roles";
import { sessionPhaseSchema } from "./session-views";

/** What a supervisor is told of one of the company's sessions. */
export const supervisedSessionSchema = z.object({
  sessionId: z.uuid(),
  phase: sessionPhaseSchema,
  operatorName: z.string(),
  /** Whether it is the supervisor's own session, which is not watched but worked in. */
  isOwn: z.boolean(),
  /** When the customer came. */
  since: z.date(),
  startedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  endReason: endReasonSchema.nullable(),
  operatorPresent: z.boolean(),
  customerPresent: z.boolean(),
  /** Who watches now. */
  observers: z.array(observerSchema),
});
export type SupervisedSession = z.infer<typeof supervisedSessionSchema>;

/** A row of the list of open sessions. */
export const liveBoardRowSchema = supervisedSessionSchema.extend({
  /** Empty when not known. */
  browserName: z.string(),
  osName: z.string(),
  /** As the operator's browser measured it last; null: not lately. */
  quality: z.object({ rttMs: z.number().nullable(), lossRatio: z.number().nullable() }).nullable(),
});
export type LiveBoardRow = z.infer<typeof liveBoardRowSchema>;

/** The open sessions of a company, the longest-standing first. */
export const liveBoardSchema = z.object({ sessions: z.array(liveBoardRowSchema) });
export type LiveBoard = z.infer<typeof liveBoardSchema>;
