import type { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { toolJoinInput } from "@/protocol/client-tool";
import type { RelayAssignment } from "@/protocol/join-token";
import { joinRelay } from "@/server/domain/relays/join-relay";
import type { AnonymousActor, ServiceContext } from "@/server/domain/service-context";
import { grantablePermissions } from "@/server/domain/support-sessions/grantable-permissions";
import { customerOf } from "@/server/domain/support-sessions/own-session";
import { storedPermissions } from "@/server/domain/support-sessions/session-record";
import { toolSession } from "./tool-session";

/**
 * The Client Tool's way into its session, the first time and whenever it has to come back.
 *
 * @throws AppError PAIRING_THROTTLED, PAIRING_INVALID, SESSION_ENDED, PERMISSION_DENIED where plan or policy let nobody control any
 *   more, NO_RELAY
 */
export async function joinAsTool(
  ctx: ServiceContext<AnonymousActor>,
  { toolSecret, trouble }: z.output<typeof toolJoinInput>,
): Promise<RelayAssignment> {
  const { session } = await toolSession(ctx, toolSecret);
  if (!grantablePermissions(session.company).control) throw new AppError("PERMISSION_DENIED");
  return joinRelay(ctx, session, storedPermissions(session.permissions), {
    role: "tool",
    actor: customerOf(session.id),
    trouble,
  });
}
