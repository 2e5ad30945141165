import { z } from "zod";
import { ticketSchema } from "./forwarded-session";

/** What the bench tells its load programs (load.ts), and what they answer. */
export const loadCommandSchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("connect"), tickets: z.array(ticketSchema) }),
  z.object({ do: z.literal("play"), server: z.string(), sessions: z.int(), ms: z.number() }),
]);
export type LoadCommand = z.infer<typeof loadCommandSchema>;

/** What was played: numbers of packets, and how many of them took how long, in steps of {@link LATENCY_STEP_MS}. */
export const playedSchema = z.object({
  sent: z.int(),
  received: z.int(),
  latencies: z.array(z.int()),
});
export type Played = z.infer<typeof playedSchema>;

export const LATENCY_STEP_MS = 0.25;
