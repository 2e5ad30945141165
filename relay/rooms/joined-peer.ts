import type { EndReason } from "@/protocol/end-reason";
import type { Observer, Role } from "@/protocol/roles";
import type { SignallingNotification } from "@/protocol/signalling";
import type { PeerMedia } from "./peer-media";

/** Why a peer is closed from inside the relay. */
export type PeerClosure =
  /** The session is over; everybody in it is told the reason. */
  | { by: "end"; reason: EndReason }
  /** The same side, or the same observer, or a tool, joined again. */
  | { by: "replacement" }
  /** An observer who may not watch any more. */
  | { by: "dismissal" }
  /** The room is gone but the session is not: join again. */
  | { by: "interruption" };

/** Who a peer is in its session, as its token said. */
export type PeerIdentity =
  | { readonly role: Role }
  /** The Client Tool, the customer's second endpoint. */
  | { readonly role: "tool" }
  | {
      readonly role: "observer";
      readonly observer: Observer;
      /** The sign-in that watches. */
      readonly signInId: string;
    };

/** A peer as its room sees it. */
export interface JoinedPeer {
  readonly identity: PeerIdentity;
  readonly media: PeerMedia;
  notify(notification: SignallingNotification): void;
  close(closure: PeerClosure): void;
}
