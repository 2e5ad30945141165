import type { ErrorCode } from "@/lib/error-table";
import type { PenColor } from "@/protocol/data-channels";
import type { EndReason } from "@/protocol/end-reason";
import type { Permissions } from "@/protocol/permissions";
import type { PictureCodec } from "@/protocol/picture-mode";
import type { Observer } from "@/protocol/roles";
import type { VideoSource } from "@/protocol/signalling";
import type { CustomerControlSnapshot } from "./control/customer-control";
import type { OperatorControlSnapshot } from "./control/operator-control";
import type { ChosenPicture } from "./picture-choice";
import type { QualityPoint } from "./quality-history";
import type { QualityCause, QualityGrade } from "./quality-verdict";

/**
 * Why a connection is being made anew.
 *
 * - `network`: nothing gets through between this browser and the relay.
 * - `relay`: the relay, or its part that carried the session, is gone or sends its sessions elsewhere.
 * - `management`: the management server, which has to name the relay, does not answer.
 */
export type ReconnectCause = "network" | "relay" | "management";

/** How this browser stands with the session. One thing at a time; each state holds only what belongs to it. */
export type ConnectionState =
  | { readonly phase: "connecting" }
  | { readonly phase: "live"; readonly since: Date }
  | {
      readonly phase: "reconnecting";
      readonly cause: ReconnectCause;
      readonly since: Date;
      /** New connections tried so far; 0 while the one that was there may still come back. */
      readonly attempt: number;
      /** When the session ends unless this side is back. */
      readonly endsAt: Date;
    }
  /** The same side joined from another tab or after a reload: this page must not come back by itself. */
  | { readonly phase: "replaced" }
  | { readonly phase: "failed"; readonly error: ErrorCode }
  | { readonly phase: "ended"; readonly reason: EndReason };

export interface ChatEntry {
  readonly messageId: string;
  readonly from: "me" | "other";
  readonly text: string;
  readonly sentAt: Date;
  /** Whether the other side has it; always true for what came from there. */
  readonly delivered: boolean;
}

/** The connection's quality over the last interval, as the browser's own statistics tell it. */
export interface Quality {
  /** Round trip to the relay. */
  readonly rttMs: number | null;
  /** Lost packets of all, 0 to 1. */
  readonly lossRatio: number | null;
  readonly framesPerSecond: number | null;
  readonly bitrateBps: number | null;
  readonly grade: QualityGrade;
  /** What it suffers from most; null for a good connection. */
  readonly cause: QualityCause | null;
}

/** A place on the shared picture; 0,0 is the top left corner and 1,1 the bottom right one. */
export interface PicturePoint {
  readonly x: number;
  readonly y: number;
}

export interface Stroke {
  readonly strokeId: string;
  readonly color: PenColor;
  readonly points: readonly PicturePoint[];
}

/** The shared picture as either side has it. */
export interface SharedPicture {
  readonly stream: MediaStream;
  readonly source: VideoSource;
  /** The customer shows nothing for now, or has withdrawn `view`. */
  readonly paused: boolean;
}

/** What a page shows of a session, whoever looks at it. */
export interface SessionSnapshot {
  readonly connection: ConnectionState;
  readonly otherPresent: boolean;
  /** While the other side is not there: when the session ends unless it comes. */
  readonly otherEndsAt: Date | null;
  /** The supervisors who watch now. */
  readonly observers: readonly Observer[];
  /** Whether the Client Tool is connected. */
  readonly toolPresent: boolean;
  readonly permissions: Permissions;
  readonly picture: SharedPicture | null;
  /** There is a picture, and this browser does not know its codec. */
  readonly unshowable: PictureCodec | null;
  readonly strokes: readonly Stroke[];
  readonly chat: readonly ChatEntry[];
  readonly quality: Quality | null;
  /** How it was lately, oldest first. */
  readonly qualityHistory: readonly QualityPoint[];
}

export interface OperatorSnapshot extends SessionSnapshot {
  /** What the operator wants of the picture. */
  readonly chosenPicture: ChosenPicture;
  /** The customer's machine, as far as the operator may use it. */
  readonly control: OperatorControlSnapshot;
}

export interface ObserverSnapshot extends SessionSnapshot {
  /** Where the operator points now; null: nowhere. */
  readonly pointer: PicturePoint | null;
}

export interface CustomerSnapshot extends SessionSnapshot {
  /** Where the operator points now; null: nowhere. */
  readonly pointer: PicturePoint | null;
  /** What the operator asks for, and how the Client Tool is. */
  readonly control: CustomerControlSnapshot;
}
