import { z } from "zod";

/** What the bench of bad lines and the program that is the line say to each other. */
const directionSchema = z.object({
  /** Of its packets, 0 to 1. */
  lossShare: z.number().min(0).max(1),
  delayMs: z.number().min(0),
});
export type Direction = z.infer<typeof directionSchema>;
export const PERFECT: Direction = { lossShare: 0, delayMs: 0 };

const lineSchema = z.object({
  toRelay: directionSchema,
  fromRelay: directionSchema,
  /** Says which packets are lost. */
  seed: z.number().int(),
});
/** What the line is like from now on. */
export type Line = z.infer<typeof lineSchema>;

export const forwarderCommandSchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("open"), relayPort: z.number() }),
  lineSchema.extend({ do: z.literal("become") }),
]);
export type ForwarderCommand = z.infer<typeof forwarderCommandSchema>;

/** To either command; how many packets came and how many of them were lost since the last one. */
export const forwarderAnswerSchema = z.object({ port: z.number(), packets: z.number(), lost: z.number() });
