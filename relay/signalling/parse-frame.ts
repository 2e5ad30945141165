import { z } from "zod";
import {
  type CarriedMessage,
  carriedMessageSchema,
  type SignallingRequest,
  signallingRequestSchema,
} from "@/protocol/signalling";

/** What a text frame turned out to be. */
export type ParsedFrame =
  | { kind: "request"; request: SignallingRequest }
  /** A channel's message, of a tool whose channels are carried. */
  | { kind: "carried"; message: CarriedMessage }
  /** Not a request that this relay knows, but it has an id that can be answered. */
  | { kind: "unknown"; id: number }
  /** Nothing that could be answered: the sender does not speak the protocol. */
  | { kind: "garbage" };

const answerable = z.looseObject({ type: z.literal("request"), id: z.int().nonnegative() });

/** Reads a frame; its `data` is parsed later, by the method's own schema. */
export function parseFrame(text: string): ParsedFrame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "garbage" };
  }
  const request = signallingRequestSchema.safeParse(json);
  if (request.success) return { kind: "request", request: request.data };
  const carried = carriedMessageSchema.safeParse(json);
  if (carried.success) return { kind: "carried", message: carried.data };
  const envelope = answerable.safeParse(json);
  return envelope.success ? { kind: "unknown", id: envelope.data.id } : { kind: "garbage" };
}
