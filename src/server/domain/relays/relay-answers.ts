import type { Relay } from "@/server/db/generated/client";
import type { ServiceContext } from "@/server/domain/service-context";

/** A browser waits for the outcome; a relay that takes longer than this serves nobody well. */
const LOOK_TIMEOUT_MS = 1_500;

/** One look at a time and relay: when one dies, all of its sessions ask at once. */
const underWay = new Map<string, Promise<boolean>>();

/** Whether a relay answers this server, now, that it takes sessions. Never throws. */
export function relayAnswers(
  ctx: Pick<ServiceContext, "log">,
  { id, commandUrl }: Pick<Relay, "id" | "commandUrl">,
): Promise<boolean> {
  const known = underWay.get(commandUrl);
  if (known !== undefined) return known;
  const look = ask(ctx, id, commandUrl).finally(() => underWay.delete(commandUrl));
  underWay.set(commandUrl, look);
  return look;
}

async function ask(ctx: Pick<ServiceContext, "log">, relayId: string, commandUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(`${commandUrl.replace(/\/+$/, "")}/healthz`, {
      redirect: "error",
      // A connection that was kept may be to a relay that is no more.
      headers: { connection: "close" },
      signal: AbortSignal.timeout(LOOK_TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch (error) {
    ctx.log.warn({ relayId, err: error }, "a relay does not answer");
    return false;
  }
}
