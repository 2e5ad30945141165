import type { RelayAssignment } from "@/protocol/join-token";
import { type Permissions, restrictPermissions } from "@/protocol/permissions";
import type { Relay } from "@/server/db/generated/client";
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

/** What a session says about who is let into it. */
interface AdmittedSession {
  readonly id: string;
  readonly company: PlannedCompany;
  readonly bytesForwarded: bigint;
}

/**
 * Where and with what one side, or the Client Tool, joins its live session.
 *
 * @param permissions what the customer grants at this moment
 * @throws AppError NO_RELAY, SESSION_ENDED
 */
export async function joinRelay(
  ctx: ServiceContext,
  session: CarriedSession & AdmittedSession,
  permissions: Permissions,
  side: JoiningSide,
): Promise<RelayAssignment> {
  return admitToRelay(ctx, await assignRelay(ctx, session, side), session, permissions, side.role);
}

/**
 * The same for the relay that the session has just been given.
 *
 * @param permissions as for {@link joinRelay}
 */
export async function admitToRelay(
  ctx: ServiceContext,
  relay: Pick<Relay, "id" | "publicUrl">,
  session: AdmittedSession,
  permissions: Permissions,
  role: JoiningSide["role"],
): Promise<RelayAssignment> {
  const grantable = grantablePermissions(session.company);
  const token = await signJoinToken(ctx, {
    relayId: relay.id,
    sessionId: session.id,
    role,
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
