import type { ErrorCode } from "@/lib/error-table";
import { appErrorCode, retryAfterSeconds } from "./app-error";

/** What a page shows when a call was refused: the sentence of the code and, for throttled calls, how long to wait. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;
}

/** The refusal in whatever a call threw. */
export function refusalOf(error: unknown): Refusal {
  return { code: appErrorCode(error), retryAfterSeconds: retryAfterSeconds(error) };
}
