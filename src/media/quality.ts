import { z } from "zod";
import type { JoinRole } from "@/protocol/roles";
import type { SendingReport } from "@/protocol/sending-report";
import { judgeQuality } from "./quality-verdict";
import type { Quality } from "./session-state";

/** How often the browser's statistics are read. */
export const QUALITY_INTERVAL_MS = 2_000;

// The members that are read, of RTCInboundRtpStreamStats, RTCOutboundRtpStreamStats, RTCRemoteInboundRtpStreamStats and
// RTCIceCandidatePairStats (W3C webrtc-stats). Browsers leave members out, so each is optional.
const entrySchema = z.object({
  type: z.string(),
  timestamp: z.number(),
  kind: z.string().optional(),
  bytesReceived: z.number().optional(),
  bytesSent: z.number().optional(),
  packetsReceived: z.number().optional(),
  packetsLost: z.number().optional(),
  fractionLost: z.number().optional(),
  framesPerSecond: z.number().optional(),
  nominated: z.boolean().optional(),
  currentRoundTripTime: z.number().optional(),
  availableOutgoingBitrate: z.number().optional(),
  qualityLimitationReason: z.string().optional(),
});
type Entry = z.infer<typeof entrySchema>;

interface Counters {
  readonly atMs: number;
  readonly bytes: number;
  readonly received: number;
  readonly lost: number;
}

/** A look at the connection before anybody has judged it. */
export interface Measured extends Omit<Quality, "grade" | "cause"> {
  /** Of the side that sends the picture; null on any other. */
  readonly limitedBy: SendingReport["limitedBy"];
  readonly availableBps: number | null;
}

/** Turns the browser's running totals into what happened since it was last asked. */
export class QualityMeter {
  #before: Counters | null = null;

  /** @param role whose statistics these are: the customer sends the picture, everybody else receives it */
  measure(report: RTCStatsReport, role: JoinRole): Measured {
    const entries: Entry[] = [];
    report.forEach((value: unknown) => {
      const entry = entrySchema.safeParse(value);
      if (entry.success) entries.push(entry.data);
    });
    const stream = entries.find(
      ({ type, kind }) => type === (role === "customer" ? "outbound-rtp" : "inbound-rtp") && kind === "video",
    );
    const pair = entries.find(({ type, nominated }) => type === "candidate-pair" && nominated);
    const rttMs = pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000;
    const now = stream && {
      atMs: stream.timestamp,
      bytes: stream.bytesReceived ?? stream.bytesSent ?? 0,
      received: stream.packetsReceived ?? 0,
      lost: stream.packetsLost ?? 0,
    };
    const before = this.#before;
    this.#before = now ?? null;
    const elapsedSeconds = now && before ? (now.atMs - before.atMs) / 1000 : 0;
    const bitrateBps =
      now && before && elapsedSeconds > 0 ? ((now.bytes - before.bytes) * 8) / elapsedSeconds : null;
    const lossRatio =
      role === "customer"
        ? (entries.find(({ type }) => type === "remote-inbound-rtp")?.fractionLost ?? null)
        : lossSince(before, now);
    return {
      rttMs,
      lossRatio,
      framesPerSecond: stream ? (stream.framesPerSecond ?? 0) : null,
      bitrateBps: bitrateBps === null ? null : Math.max(0, bitrateBps),
      limitedBy: limitOf(stream?.qualityLimitationReason),
      availableBps: role === "customer" ? (pair?.availableOutgoingBitrate ?? null) : null,
    };
  }
}

function lossSince(before: Counters | null, now: Counters | undefined): number | null {
  if (!before || !now) return null;
  const lost = Math.max(0, now.lost - before.lost);
  const expected = lost + now.received - before.received;
  return expected > 0 ? lost / expected : 0;
}

/**
 * How good a connection feels. A static screen sends few frames and few bytes: neither says anything about the connection.
 *
 * @param rttMs round trip to the relay; null: not known
 * @param lossRatio lost packets of all, 0 to 1; null: not known
 */
export function gradeOf(rttMs: number | null, lossRatio: number | null): Quality["grade"] {
  return judgeQuality({ rttMs, lossRatio }).grade;
}

/** What the customer's side tells the operator's; nobody reads more than whole numbers. */
export function sendingReportOf({
  rttMs,
  lossRatio,
  bitrateBps,
  limitedBy,
  availableBps,
}: Measured): SendingReport {
  const whole = (value: number | null) => (value === null ? null : Math.round(value));
  return {
    type: "sending",
    rttMs: whole(rttMs),
    lossRatio: lossRatio === null ? null : Math.min(1, Math.max(0, Math.round(lossRatio * 1000) / 1000)),
    bitrateBps: whole(bitrateBps),
    limitedBy,
    availableBps: whole(availableBps),
  };
}

function limitOf(reason: string | undefined): SendingReport["limitedBy"] {
  return reason === "bandwidth" || reason === "cpu" ? reason : null;
}
