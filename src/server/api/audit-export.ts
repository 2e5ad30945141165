import { z } from "zod";
import type { Locale } from "@/i18n/locales";
import { AppError } from "@/lib/app-error";
import { auditFilterSchema } from "@/protocol/audit-log";
import { exportAuditEvents } from "@/server/domain/audit/export-audit-events";
import type { AuditReader } from "@/server/domain/audit/list-audit-events";
import { errorResponse } from "@/server/http/error-response";
import { textStream } from "@/server/http/text-stream";
import { createApiContext, getServerParts, type ServerParts } from "./context";

/** The filter of `audit.list` as it stands in an address. */
const moment = z.iso.datetime().pipe(z.coerce.date()).optional();
const querySchema = auditFilterSchema.extend({ from: moment, to: moment });

/**
 * The audit log as a CSV file: a company's for its administrators, or the provider's own. A refusal is a status and a code, never a
 * page to sign in on, for that would be saved as the file.
 */
export async function handleAuditExport(
  request: Request,
  site: "company" | "provider",
  locale: Locale,
  parts: ServerParts = getServerParts(),
): Promise<Response> {
  try {
    // Another site's page cannot read the file, but must not have the taking of it logged in somebody's name either.
    if (request.headers.get("sec-fetch-site") === "cross-site") throw new AppError("ORIGIN_REFUSED");
    const ctx = await readerOf(request, site, parts);
    const query = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
    if (!query.success) throw new AppError("BAD_REQUEST");
    const pieces = exportAuditEvents(ctx, query.data, locale);
    const day = parts.now().toISOString().slice(0, 10);
    return new Response(textStream(pieces), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="madoguchi-audit-${day}.csv"`,
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

async function readerOf(
  request: Request,
  site: "company" | "provider",
  parts: ServerParts,
): Promise<AuditReader> {
  const api = createApiContext({ headers: request.headers, resHeaders: new Headers() }, parts);
  const actor = await api.signIn();
  if (!actor) throw new AppError("UNAUTHENTICATED");
  const { clientAddress } = api;
  if (site === "provider") {
    if (actor.kind !== "provider") throw new AppError("FORBIDDEN");
    return { ...parts, actor, clientAddress };
  }
  if (actor.kind !== "operator" || actor.role !== "administrator") throw new AppError("FORBIDDEN");
  return { ...parts, actor, clientAddress };
}
