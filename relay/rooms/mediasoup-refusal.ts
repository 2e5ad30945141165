import { AppError } from "@/lib/app-error";

/**
 * Runs a call to mediasoup that carries a browser's parameters and turns what it throws into a code: bad parameters are the
 * browser's fault, a resource that closed meanwhile is nobody's.
 *
 * @throws AppError MESSAGE_MALFORMED, UNAVAILABLE or BAD_REQUEST
 */
export async function refusedByMediasoup<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(codeOf(error), { cause: error });
  }
}

function codeOf(error: unknown): "MESSAGE_MALFORMED" | "UNAVAILABLE" | "BAD_REQUEST" {
  if (!(error instanceof Error)) return "BAD_REQUEST";
  // mediasoup does not export its error classes as values, so they are known by name.
  if (error.name === "InvalidStateError") return "UNAVAILABLE";
  return error instanceof TypeError || error.name === "UnsupportedError"
    ? "MESSAGE_MALFORMED"
    : "BAD_REQUEST";
}
