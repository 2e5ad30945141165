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
  const token = await signCommandToken(ctx, { relayId: relay.id, sessionId });
  await command(ctx, relay, `/sessions/${sessionId}`, token, { reason });
}

/**
 * Tells a relay that an observer may not watch any more. Never throws, as above.
 *
 * @returns whether the relay heard it
 */
export async function dismissObserverOnRelay(
  ctx: Pick<ServiceContext, "env" | "log" | "now">,
  relay: Pick<Relay, "id" | "commandUrl">,
  { sessionId, observerId }: { readonly sessionId: string; readonly observerId: string },
): Promise<boolean> {
  const token = await signCommandToken(ctx, { relayId: relay.id, sessionId, observerId });
  return await command(ctx, relay, `/sessions/${sessionId}/observers/${observerId}`, token);
}

async function command(
  ctx: Pick<ServiceContext, "log">,
  relay: Pick<Relay, "id" | "commandUrl">,
  path: string,
  token: string,
  body?: object,
): Promise<boolean> {
  try {
    const answer = await fetch(`${relay.commandUrl.replace(/\/+$/, "")}${path}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
      // The token is meant for this relay alone.
      redirect: "error",
      signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS),
    });
    // Unread bodies hold their connection.
    await answer.body?.cancel();
    if (!answer.ok) {
      ctx.log.warn({ relayId: relay.id, path, status: answer.status }, "a relay refused a command");
    }
    return answer.ok;
  } catch (error) {
    ctx.log.warn({ relayId: relay.id, path, err: error }, "a relay could not be told something");
    return false;
  }
}
