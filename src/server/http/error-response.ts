import type { AppError } from "@/lib/app-error";

/** A refusal as an HTTP answer of routes that are not tRPC's. */
export function errorResponse(error: AppError): Response {
  return Response.json(
    { error: error.code },
    { status: error.status, headers: { "cache-control": "no-store" } },
  );
}
