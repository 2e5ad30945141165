import type { RelayAssignment } from "@/protocol/join-token";
import { type Permissions, restrictPermissions } from "@/protocol/permissions";
import { iceServersFor, SESSION_TURN_TTL_SECONDS } from "@/server/domain/connectivity/ice-servers";
import type { ServiceContext } from "@/server/domain/service-context";
import {
  grantablePermissions,
  type PlannedCompany,
} from "@/server/domain/support-sessions/grantable-permissions";
import { assignRelay, type CarriedSession, type JoiningSide } from "./assign-relay";
import { signJoinToken } from "./sign-join-token";

/** The path of every relay's WebSocket. */
const SIGNALLING_PATH = "/signalling";

/**
 * Where and with what one side joins its live session.
 *
 * @param permissions what the customer grants at this moment
 * @throws AppError NO_RELAY, SESSION_ENDED
 */
export async function joinRelay(
  ctx: ServiceContext,
  session: CarriedSession & { readonly company: PlannedCompany; readonly bytesForwarded: bigint },
  permissions: Permissions,
  side: JoiningSide,
): Promise<RelayAssignment> {
  const relay = await assignRelay(ctx, session, side);
  const grantable = grantablePermissions(session.company);
  const token = await signJoinToken(ctx, {
    relayId: relay.id,
    sessionId: session.id,
    role: side.role,
    permissions: restrictPermissions(permissions, grantable),
    grantable,
    bytesForwarded: Number(session.bytesForwarded),
  });
  const iceServers = iceServersFor(ctx, session.id, SESSION_TURN_TTL_SECONDS);
  return { sessionId: session.id, relayId: relay.id, signallingUrl: signallingUrl(relay), token, iceServers };
}

/** Where browsers connect to a relay. */
export function signallingUrl(relay: { readonly publicUrl: string }): string {
  return `${relay.publicUrl.replace(/\/+$/, "")}${SIGNALLING_PATH}`;
}
