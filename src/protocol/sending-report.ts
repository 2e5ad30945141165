import { z } from "zod";

/**
 * Customer to operator, on the channel `picture`, every few seconds: how the picture leaves the customer's machine. The
 * operator's own browser sees only the way from the relay on.
 */
export const sendingReportSchema = z.strictObject({
  type: z.literal("sending"),
  /** Round trip to the relay. */
  rttMs: z.number().min(0).nullable(),
  /** Lost packets of all, 0 to 1. */
  lossRatio: z.number().min(0).max(1).nullable(),
  bitrateBps: z.number().min(0).nullable(),
  /** What keeps the encoder from sending what it could, as the browser says (W3C webrtc-stats, qualityLimitationReason). */
  limitedBy: z.enum(["bandwidth", "cpu"]).nullable(),
  /** What the browser believes its upload to carry. */
  availableBps: z.number().min(0).nullable(),
});
export type SendingReport = z.infer<typeof sendingReportSchema>;
