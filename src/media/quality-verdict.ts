import type { SendingReport } from "@/protocol/sending-report";

export type QualityGrade = "good" | "fair" | "poor";

/** What a connection suffers from most. `own`: this browser's; `customer`: the customer's. */
export type QualityCause =
  | { readonly kind: "roundTrip"; readonly side: "own" | "customer"; readonly rttMs: number }
  | { readonly kind: "loss"; readonly side: "own" | "customer"; readonly lossRatio: number }
  /** The picture needs more than the customer's connection carries. */
  | { readonly kind: "upload"; readonly availableBps: number }
  /** The customer's machine cannot encode as fast as its picture changes. */
  | { readonly kind: "processor" };

export interface QualityVerdict {
  readonly grade: QualityGrade;
  /** Null for a good connection. */
  readonly cause: QualityCause | null;
}

// What people notice: ITU-T G.114 puts easy conversation below 150 ms one way; from 400 ms it breaks down. Text is hard
// to follow when more than every twentieth packet has to be sent again.
const RTT_LIMITS = { fairFrom: 150, poorFrom: 400 };
const LOSS_LIMITS = { fairFrom: 0.01, poorFrom: 0.05 };
// A page of text that is scrolled at 10 frames a second needs about the first; with less than the other even one that stands
// still takes seconds to become sharp.
const UPLOAD_LIMITS_BPS = { fairBelow: 1_000_000, poorBelow: 300_000 };

const severity: Readonly<Record<QualityGrade, number>> = { good: 0, fair: 1, poor: 2 };

/**
 * How good a connection feels, and what makes it so: the worst of what is known, the customer's side first where both are as
 * bad, for what is lost there is missing here too.
 *
 * @param own of this browser; null: not known
 * @param sender what the customer's browser says of its side; null: nothing lately
 */
export function judgeQuality(
  own: { rttMs: number | null; lossRatio: number | null },
  sender: SendingReport | null = null,
): QualityVerdict {
  const verdicts = [
    ...(sender === null ? [] : [uploadVerdict(sender), ...pathVerdicts(sender, "customer")]),
    ...pathVerdicts(own, "own"),
  ];
  const good: QualityVerdict = { grade: "good", cause: null };
  return verdicts.reduce(
    (worst, verdict) => (severity[verdict.grade] > severity[worst.grade] ? verdict : worst),
    good,
  );
}

function pathVerdicts(
  { rttMs, lossRatio }: { rttMs: number | null; lossRatio: number | null },
  side: "own" | "customer",
): QualityVerdict[] {
  return [
    verdict(grade(lossRatio ?? 0, LOSS_LIMITS), { kind: "loss", side, lossRatio: lossRatio ?? 0 }),
    verdict(grade(rttMs ?? 0, RTT_LIMITS), { kind: "roundTrip", side, rttMs: rttMs ?? 0 }),
  ];
}

function uploadVerdict({ limitedBy, availableBps }: SendingReport): QualityVerdict {
  if (limitedBy === "cpu") return verdict("fair", { kind: "processor" });
  // An encoder that wants more than it gets says nothing as long as what it gets is plenty.
  const isTight = limitedBy === "bandwidth" && availableBps !== null;
  if (!isTight || availableBps >= UPLOAD_LIMITS_BPS.fairBelow) return { grade: "good", cause: null };
  const isPoor = availableBps < UPLOAD_LIMITS_BPS.poorBelow;
  return verdict(isPoor ? "poor" : "fair", { kind: "upload", availableBps });
}

function grade(value: number, { fairFrom, poorFrom }: { fairFrom: number; poorFrom: number }): QualityGrade {
  if (value >= poorFrom) return "poor";
  return value >= fairFrom ? "fair" : "good";
}

function verdict(of: QualityGrade, cause: QualityCause): QualityVerdict {
  return { grade: of, cause: of === "good" ? null : cause };
}
