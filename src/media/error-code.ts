import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { type ErrorCode, isErrorCode } from "@/lib/error-table";

/** The shape in which a tRPC client hands on the server's refusal; this folder knows no tRPC, only the shape. */
const refusal = z.object({ data: z.object({ appCode: z.custom<ErrorCode>(isErrorCode) }) });

/** The code of a failed call; what carries none is the network's doing: `UNAVAILABLE`. */
export function errorCodeOf(error: unknown): ErrorCode {
  if (error instanceof AppError) return error.code;
  const parsed = refusal.safeParse(error);
  return parsed.success ? parsed.data.data.appCode : "UNAVAILABLE";
}
