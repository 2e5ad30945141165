import type { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { toolDeviceInput } from "@/protocol/client-tool";
import { notify } from "@/server/db/notifications";
import type { AnonymousActor, ServiceContext } from "@/server/domain/service-context";
import { toolSession } from "./tool-session";

/**
 * Keeps what the Client Tool tells about the machine with the session, and shows it to the operator. It is erased with the rest of
 * what the session tells about its customer.
 *
 * @throws AppError PAIRING_THROTTLED, PAIRING_INVALID, SESSION_ENDED, PERMISSION_DENIED when the customer has not agreed to that
 */
export async function storeToolDevice(
  ctx: ServiceContext<AnonymousActor>,
  { toolSecret, device }: z.output<typeof toolDeviceInput>,
): Promise<Record<string, never>> {
  const { session, sharesDevice } = await toolSession(ctx, toolSecret);
  if (!sharesDevice) throw new AppError("PERMISSION_DENIED");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.supportSession.updateMany({
      where: { id: session.id, phase: "live" },
      data: { toolDevice: device },
    });
    if (count === 0) throw new AppError("SESSION_ENDED");
    await notify(tx, `session:${session.id}`, `operator:${session.operatorId}`);
  });
  return {};
}
