import type { SceneName } from "./scenes";

export const codecNames = ["VP8", "VP9", "AV1", "H264"] as const;
export type CodecName = (typeof codecNames)[number];
export type ContentHint = "detail" | "text" | "motion";
export type ScalabilityMode = "L1T1" | "L1T2" | "L1T3";

/** One way to encode the picture. */
export interface Cell {
  readonly codec: CodecName;
  readonly contentHint: ContentHint;
  readonly scalabilityMode: ScalabilityMode;
  readonly maxBitrateBps: number;
  readonly maxFramerate: number;
  readonly degradationPreference: RTCDegradationPreference;
  readonly startBitrateKbps: number;
  /** Whether the product's own refresher keeps a still picture from staying blurred. */
  readonly refreshes: boolean;
  /** Whether it also has a still picture that is not sharp encoded as such. */
  readonly settles: boolean;
}

/** What came of a cell while one scene was shown. */
export interface SceneFigures {
  readonly scene: SceneName;
  readonly framesPerSecond: number;
  /** The median over the compared frames. */
  readonly ssim: number;
  readonly comparedFrames: number;
  readonly bitrateBps: number;
  /** Of one core, 0 to 1 and above: all processes of the browser. */
  readonly senderCpu: number;
  readonly receiverCpu: number;
  readonly encodeMsPerFrame: number;
  /** The mean time from a frame's first packet to its showing. */
  readonly jitterBufferMs: number;
}

export interface CellFigures {
  readonly cell: Cell;
  readonly scenes: readonly SceneFigures[];
  /** From the last frame of a burst to a frame at the receiver with an SSIM of at least 0.98; null: not within the time. */
  readonly staticSharpMs: number | null;
  /** How sharp the still picture was in the end. */
  readonly staticSsim: number;
  readonly encoder: string;
  readonly decoder: string;
  /** What limited the sender at the end of the last moving scene: none, cpu or bandwidth. */
  readonly limitedBy: string;
  readonly frameWidth: number;
}
