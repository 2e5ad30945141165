import { type ErrorCode, errorTable } from "./error-table";

/**
 * A refusal or failure that a user may be told about. It carries a code from the one error table, never a sentence:
 * the sentence is chosen where it is shown, in the viewer's language.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  /** Seconds after which another try makes sense; set for throttled requests only. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(code, { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** The HTTP status that belongs to the code. */
  get status(): number {
    return errorTable[this.code].status;
  }
}
