import type { EndReason } from "@/protocol/end-reason";
import type { Role } from "@/protocol/roles";
import type { SignallingNotification } from "@/protocol/signalling";
import type { PeerMedia } from "./peer-media";

/** Why a peer is closed from inside the relay. */
export type PeerClosure =
  /** The session is over; both sides are told the reason. */
  | { by: "end"; reason: EndReason }
  /** The same side joined again. */
  | { by: "replacement" }
  /** The room is gone but the session is not: join again. */
  | { by: "interruption" };

/** A peer as its room sees it. */
export interface JoinedPeer {
  readonly role: Role;
  readonly media: PeerMedia;
  notify(notification: SignallingNotification): void;
  close(closure: PeerClosure): void;
}
