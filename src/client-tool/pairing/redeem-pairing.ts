import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "@/lib/app-error";
import type { RedeemedPairing } from "@/protocol/client-tool";
import { failureOf, ToolFailure } from "../tool-failure";
import type { ManagementServer } from "./management-server";

/** A network that is just coming up, or a name that is not found for a moment. */
const TRIES = 3;
const PAUSE_MS = 700;
/** Errors before anything has been sent: the token is still unused, whatever became of the connection. */
const BEFORE_SENDING = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"]);

/**
 * Redeems the pairing token.
 *
 * @throws ToolFailure
 */
export async function redeemPairing(
  server: Pick<ManagementServer, "redeem">,
  pairing: Parameters<ManagementServer["redeem"]>[0],
  signal: AbortSignal,
): Promise<RedeemedPairing> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await server.redeem(pairing);
    } catch (error) {
      if (attempt === TRIES || !isBeforeSending(error)) throw pairingFailure(error);
      await pause(PAUSE_MS, undefined, { signal });
    }
  }
}

function isBeforeSending(error: unknown): boolean {
  return error instanceof Error && "code" in error && BEFORE_SENDING.has(String(error.code));
}

function pairingFailure(error: unknown): ToolFailure {
  if (!(error instanceof AppError)) return failureOf(error);
  const options = { cause: error };
  switch (error.code) {
    case "PAIRING_EXPIRED":
      return new ToolFailure("pairingExpired", options);
    case "PAIRING_USED":
      return new ToolFailure("pairingUsed", options);
    case "PAIRING_INVALID":
      return new ToolFailure("pairingUnknown", options);
    default:
      return failureOf(error);
  }
}
