import { type TRPCDefaultErrorShape, TRPCError } from "@trpc/server";
import type { TRPCErrorShape } from "@trpc/server/rpc";
import { AppError } from "@/lib/app-error";
import { type ErrorCode, errorTable } from "@/lib/error-table";
import { isDatabaseGone } from "@/server/db/is-database-gone";

type TrpcCode = TRPCError["code"];

/**
 * The nearest of tRPC's own codes. tRPC's client makes a subscription connect again after 5xx codes and end after the
 * others; 410 and 426 have none of their own, so the HTTP status is set apart from the code (see `httpStatus`).
 */
const trpcCodeByStatus: Readonly<Record<(typeof errorTable)[ErrorCode]["status"], TrpcCode>> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  410: "PRECONDITION_FAILED",
  413: "PAYLOAD_TOO_LARGE",
  426: "PRECONDITION_REQUIRED",
  429: "TOO_MANY_REQUESTS",
  500: "INTERNAL_SERVER_ERROR",
  503: "SERVICE_UNAVAILABLE",
};

const appCodeByTrpcCode: Readonly<Partial<Record<TrpcCode, ErrorCode>>> = {
  PARSE_ERROR: "BAD_REQUEST",
  BAD_REQUEST: "BAD_REQUEST",
  METHOD_NOT_SUPPORTED: "BAD_REQUEST",
  UNSUPPORTED_MEDIA_TYPE: "BAD_REQUEST",
  UNAUTHORIZED: "UNAUTHENTICATED",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  PAYLOAD_TOO_LARGE: "TOO_LARGE",
  SERVICE_UNAVAILABLE: "UNAVAILABLE",
};

/** The refusal that an error amounts to. Whatever nobody meant to happen is `INTERNAL`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof TRPCError) {
    if (error.cause instanceof AppError) return error.cause;
    const code = appCodeByTrpcCode[error.code];
    if (code) return new AppError(code, { cause: error });
    return toAppError(error.cause ?? new AppError("INTERNAL", { cause: error }));
  }
  return new AppError(isDatabaseGone(error) ? "UNAVAILABLE" : "INTERNAL", { cause: error });
}

/** A refusal in tRPC's words. */
export function toTrpcError(error: AppError): TRPCError {
  return new TRPCError({
    code: trpcCodeByStatus[errorTable[error.code].status],
    message: error.code,
    cause: error,
  });
}

/** What a client gets to know of an error: codes, never a message or a stack. */
export interface ErrorData {
  readonly appCode: ErrorCode;
  readonly httpStatus: number;
  readonly retryAfterSeconds?: number;
}

/** The error as it is sent, in place of the shape that tRPC would have sent. */
export function formatError(shape: TRPCDefaultErrorShape, error: TRPCError): TRPCErrorShape<ErrorData> {
  const { code: appCode, status, retryAfterSeconds } = toAppError(error);
  return {
    code: shape.code,
    message: appCode,
    data: { appCode, httpStatus: status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
  };
}

/** The HTTP status of an answer with these errors: theirs if they agree, 207 if a batch went both ways. */
export function httpStatus(errors: readonly TRPCError[], calls: number): number | undefined {
  const statuses = new Set(errors.map((error) => toAppError(error).status));
  const [only] = statuses;
  if (only === undefined) return undefined;
  return statuses.size === 1 && errors.length === calls ? only : 207;
}
