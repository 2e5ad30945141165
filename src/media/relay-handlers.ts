import type { ChannelLabel } from "@/protocol/data-channels";
import type { EndReason } from "@/protocol/end-reason";
import type { RelayAssignment } from "@/protocol/join-token";
import type { Permissions } from "@/protocol/permissions";
import type { PictureCodec } from "@/protocol/picture-mode";
import type { Observer } from "@/protocol/roles";
import type { BulkLink } from "./bulk/bulk-link";
import type { BulkReceiver } from "./bulk/bulk-receiver";
import type { LinkState } from "./relay-link";
import type { SharedPicture } from "./session-state";

/** What the owner of a connection to a relay is told. */
export interface RelayConnectionHandlers {
  /** Whether the other side is there, and if not, when the session ends unless it comes. */
  onOther: (other: { otherPresent: boolean; otherEndsAt: Date | null }) => void;
  /** @param isDeclined whether they are so because the customer has said no in the Client Tool's window */
  onPermissions: (permissions: Permissions, isDeclined: boolean) => void;
  /** Which supervisors watch now, at first and after every change. */
  onObservers: (observers: readonly Observer[]) => void;
  /** Whether the Client Tool is connected, at first and at every change. */
  onTool: (isPresent: boolean) => void;
  /** Operator and observer: the shared picture; null when there is none (any more). */
  onPicture: (picture: SharedPicture | null) => void;
  /** Operator and observer: the picture is there in a codec that this browser does not know; null when it is so no more. */
  onUnshowable: (codec: PictureCodec | null) => void;
  onMessage: (label: ChannelLabel, message: string) => void;
  /** The other side's sending end of a channel is there anew: it has just joined. */
  onChannel: (label: ChannelLabel) => void;
  /** The other side sends bulk data. Without this it is told that nobody wants it. */
  onBulkStream?: (stream: BulkReceiver, link: BulkLink) => void;
  onEnded: (reason: EndReason) => void;
  /** The connection is disturbed or hopeless, or is so no more. */
  onLink: (state: LinkState) => void;
  /** The connection is no more; whoever owns it may make another. */
  onLost: (close: { code: number; reason: string } | null) => void;
}

/** Where and with what to join: a token of the management server, or a ticket of the relay that this side was joined to. */
export type RelayEntry = Pick<RelayAssignment, "signallingUrl" | "iceServers"> &
  ({ readonly token: string } | { readonly ticket: string });

/** How a joining may go on. */
export interface JoinTerms {
  /** How long the socket may take to open. */
  readonly openTimeoutMs: number;
  /** How long the relay may then take to let this side in; as long as for any request unless told otherwise. */
  readonly answerTimeoutMs?: number;
  /** Gives up, as long as the relay has not been asked to let this side in. */
  readonly signal: AbortSignal;
  /** From here on the relay lets this side in, and closes the connection that it had before. */
  readonly onCommitted: () => void;
}
