import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { CATEGORY_MAX_LENGTH, noteSchema } from "@/protocol/session-log";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { companyCategories } from "./log-options";
import { readableSessions } from "./log-scope";

export const saveNoteInput = z.strictObject({
  sessionId: z.uuid(),
  note: noteSchema,
  /** One of the company's, or the one that the session has; null: none. */
  category: z.string().min(1).max(CATEGORY_MAX_LENGTH).nullable(),
});

/**
 * Stores the note and the category of a session, during it or after it. The page saves while somebody types, so what goes
 * into the audit log is that it was filed otherwise, or that it was not its operator who wrote; never the note itself, which
 * must be erasable.
 *
 * @throws AppError NOT_FOUND, BAD_REQUEST for a category that is not the company's, SESSION_WRONG_PHASE once it was erased
 */
export async function saveNote(
  ctx: ServiceContext<OperatorActor>,
  { sessionId, note, category }: z.output<typeof saveNoteInput>,
): Promise<Record<string, never>> {
  await ctx.db.$transaction(async (tx) => {
    const before = await tx.supportSession.findFirst({
      where: { ...readableSessions(ctx.actor), id: sessionId },
      select: { companyId: true, operatorId: true, note: true, category: true },
    });
    if (!before) throw new AppError("NOT_FOUND");
    const isRefiled = category !== before.category;
    if (
      isRefiled &&
      category !== null &&
      !(await companyCategories(tx, before.companyId)).includes(category)
    ) {
      throw new AppError("BAD_REQUEST");
    }
    const { count } = await tx.supportSession.updateMany({
      where: { id: sessionId, companyId: before.companyId, erasedAt: null },
      data: { note, category },
    });
    if (count === 0) throw new AppError("SESSION_WRONG_PHASE");
    const isNoteByAnother = note !== before.note && before.operatorId !== ctx.actor.operatorId;
    if (!isRefiled && !isNoteByAnother) return;
    await recordAuditEvent(tx, ctx, {
      action: isRefiled ? "session.filed" : "session.note_changed",
      subject: `session:${sessionId}`,
      companyId: before.companyId,
      detail: {
        before: { category: before.category, noteLength: before.note.length },
        after: { category, noteLength: note.length },
      },
    });
  });
  return {};
}
