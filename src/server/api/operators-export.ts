import type { Locale } from "@/i18n/locales";
import { AppError } from "@/lib/app-error";
import { listOperatorsInput } from "@/protocol/operator-accounts";
import { exportOperators } from "@/server/domain/operators/export-operators";
import { errorResponse } from "@/server/http/error-response";
import { textStream } from "@/server/http/text-stream";
import { createApiContext, getServerParts, type ServerParts } from "./context";

const filterSchema = listOperatorsInput.pick({ text: true, role: true, state: true });

/** Answers the request for the list of operators as a file; see {@link answerOperatorsExport}. */
export function handleOperatorsExport(request: Request, locale: Locale, fileName: string): Promise<Response> {
  return answerOperatorsExport(request, locale, fileName, getServerParts());
}

/**
 * The company's accounts as a CSV file in pieces, for its administrator alone.
 *
 * @param fileName what the browser calls the file
 */
export async function answerOperatorsExport(
  request: Request,
  locale: Locale,
  fileName: string,
  parts: ServerParts,
): Promise<Response> {
  const api = createApiContext({ headers: request.headers, resHeaders: new Headers() }, parts);
  const actor = await api.signIn();
  if (!actor) return errorResponse(new AppError("UNAUTHENTICATED"));
  if (actor.kind !== "operator" || actor.role !== "administrator") {
    return errorResponse(new AppError("FORBIDDEN"));
  }
  const filter = filterSchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!filter.success) return errorResponse(new AppError("BAD_REQUEST"));
  const { db, notifications, env, log, metrics, clientAddress, now } = api;
  const pieces = exportOperators(
    { actor, db, notifications, env, log, metrics, clientAddress, now },
    filter.data,
    locale,
  );
  return new Response(textStream(pieces), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      // RFC 6266 with RFC 8187: names that are not ASCII.
      "content-disposition": `attachment; filename="operators.csv"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
