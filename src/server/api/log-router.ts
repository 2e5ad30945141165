import { z } from "zod";
import { logOptionsSchema, sessionDetailSchema, sessionLogPageSchema } from "@/protocol/session-log";
import { eraseSession } from "@/server/domain/session-log/erase-session";
import { listSessionLog, sessionLogQuerySchema } from "@/server/domain/session-log/list-session-log";
import { readLogOptions } from "@/server/domain/session-log/log-options";
import { logScopeSchema } from "@/server/domain/session-log/log-scope";
import { readSession } from "@/server/domain/session-log/read-session";
import { saveNote, saveNoteInput } from "@/server/domain/session-log/save-note";
import { adminProcedure, createRouter, operatorProcedure } from "./init";

const nothing = z.strictObject({});
const oneSession = z.strictObject({ sessionId: z.uuid() });

/** The session log: the own one for operators, the company's for supervisors and administrators. */
export const logRouter = createRouter({
  list: operatorProcedure
    .input(sessionLogQuerySchema)
    .output(sessionLogPageSchema)
    .query(({ ctx, input }) => listSessionLog(ctx, input)),
  options: operatorProcedure
    .input(z.strictObject({ scope: logScopeSchema }))
    .output(logOptionsSchema)
    .query(({ ctx, input }) => readLogOptions(ctx, input)),
  get: operatorProcedure
    .input(oneSession)
    .output(sessionDetailSchema)
    .query(({ ctx, input }) => readSession(ctx, input)),
  saveNote: operatorProcedure
    .input(saveNoteInput)
    .output(nothing)
    .mutation(({ ctx, input }) => saveNote(ctx, input)),
  erase: adminProcedure
    .input(oneSession)
    .output(nothing)
    .mutation(({ ctx, input }) => eraseSession(ctx, input)),
});
