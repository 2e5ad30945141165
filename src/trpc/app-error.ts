import { AppError } from "@/lib/app-error";
import { type ErrorCode, isErrorCode } from "@/lib/error-table";

/** The refusal in an error of the API, or one that the page itself has thrown. What carries no code never reached the server: `UNAVAILABLE`. */
export function appErrorCode(error: unknown): ErrorCode {
  if (error instanceof AppError) return error.code;
  const code = errorData(error)?.appCode;
  return isErrorCode(code) ? code : "UNAVAILABLE";
}

/** Seconds after which another try makes sense; undefined: the server named none. */
export function retryAfterSeconds(error: unknown): number | undefined {
  const seconds = errorData(error)?.retryAfterSeconds;
  return typeof seconds === "number" ? seconds : undefined;
}

function errorData(
  error: unknown,
): { readonly appCode?: unknown; readonly retryAfterSeconds?: unknown } | null {
  if (typeof error !== "object" || error === null || !("data" in error)) return null;
  return typeof error.data === "object" ? error.data : null;
}
