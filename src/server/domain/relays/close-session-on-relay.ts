import type { EndReason } from "@/protocol/end-reason";
import type { Relay } from "@/server/db/generated/client";
import type { ServiceContext } from "@/server/domain/service-context";
import { signCommandToken } from "./sign-command-token";

/** A relay that does not answer by then closes the session on its next heartbeat; the person who pressed End does not wait for it. */
const COMMAND_TIMEOUT_MS = 2_000;

/**
 * Tells a relay that a session is over, so that both browsers are cut off now and not at its next heartbeat. Never throws:
 * a relay that cannot be reached learns it from the answer to that heartbeat.
 */
export async function closeSessionOnRelay(
  ctx: Pick<ServiceContext, "env" | "log" | "now">,
  relay: Pick<Relay, "id" | "commandUrl">,
  sessionId: string,
  reason: EndReason,
): Promise<void> {
  try {
    const answer = await fetch(`${relay.commandUrl.replace(/\/+$/, "")}/sessions/${sessionId}`, {
      method: "DELETE",
      headers: {
        authorization: `Bearer ${await signCommandToken(ctx, { relayId: relay.id, sessionId })}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ reason }),
      // The token is meant for this relay alone.
      redirect: "error",
      signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS),
    });
    // Unread bodies hold their connection.
    await answer.body?.cancel();
    if (!answer.ok) {
      ctx.log.warn(
        { relayId: relay.id, sessionId, status: answer.status },
        "a relay refused to close a session",
      );
    }
  } catch (error) {
    ctx.log.warn(
      { relayId: relay.id, sessionId, err: error },
      "a relay could not be told to close a session",
    );
  }
}
