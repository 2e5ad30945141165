import { textStream } from "@/server/http/text-stream";
import "server-only";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { localDay } from "@/lib/local-day";
import { sessionFilterSchema, timeZoneSchema } from "@/protocol/session-log";
import { createApiContext, getServerParts } from "@/server/api/context";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { type ExportWords, exportSessionLog } from "@/server/domain/session-log/export-session-log";
import type { LogScope } from "@/server/domain/session-log/log-scope";
import { errorResponse } from "@/server/http/error-response";

const exportQuerySchema = z.strictObject({
  timeZone: timeZoneSchema.default("UTC"),
  from: z.iso.datetime().pipe(z.coerce.date()).optional(),
  to: z.iso.datetime().pipe(z.coerce.date()).optional(),
  operator: z.uuid().optional(),
  category: z.string().optional(),
  unfiled: z.literal("1").optional(),
  reason: z.string().optional(),
  q: z.string().optional(),
});

/**
 * The session log as a file, row by row as the browser takes it. A refusal is a status and a code, never a page to sign in on:
 * it would be saved as the file.
 */
export async function answerExport(request: Request, scope: LogScope): Promise<Response> {
  const parts = getServerParts();
  try {
    const api = createApiContext({ headers: request.headers, resHeaders: new Headers() }, parts);
    const actor = await api.signIn();
    if (!actor) throw new AppError("UNAUTHENTICATED");
    if (actor.kind !== "operator") throw new AppError("FORBIDDEN");
    const ctx: ServiceContext<OperatorActor> = { ...parts, actor, clientAddress: api.clientAddress };
    const { timeZone, filter } = readQuery(new URL(request.url).searchParams);
    const words = await exportWords(timeZone);
    const pieces = await exportSessionLog(ctx, { scope, filter, timeZone, words });
    const name = `sessions-${localDay(new Date())}.csv`;
    return new Response(textStream(pieces), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${name}"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    if (error instanceof AppError) return errorResponse(error);
    parts.log.error({ err: error }, "an export failed");
    return errorResponse(new AppError("INTERNAL"));
  }
}

function readQuery(params: URLSearchParams) {
  const query = exportQuerySchema.safeParse(Object.fromEntries(params));
  if (!query.success) throw new AppError("BAD_REQUEST");
  const { timeZone, from, to, operator, category, unfiled, reason, q } = query.data;
  const filter = sessionFilterSchema.safeParse({
    ...(from && { from }),
    ...(to && { to }),
    ...(operator && { operatorId: operator }),
    ...(category && { category }),
    ...(unfiled && { category: null }),
    ...(reason && { endReason: reason }),
    ...(q && { text: q }),
  });
  if (!filter.success) throw new AppError("BAD_REQUEST");
  return { timeZone, filter: filter.data };
}

async function exportWords(zone: string): Promise<ExportWords> {
  const [t, survey, reasons] = await Promise.all([
    getTranslations("sessionLog.csv"),
    getTranslations("sessionLog.survey"),
    getTranslations("endReasons"),
  ]);
  return {
    columns: [
      t("id"),
      t("operator"),
      t("requested", { zone }),
      t("started", { zone }),
      t("ended", { zone }),
      t("duration"),
      t("reason"),
      t("traffic"),
      t("category"),
      t("note"),
      t("survey"),
      t("os"),
      t("browser"),
      t("screen"),
      t("language"),
      t("erased", { zone }),
    ],
    endReason: (reason) => reasons(`${reason}.short`),
    survey: (answer) => survey(answer),
  };
}
