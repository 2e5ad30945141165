import { z } from "zod";
import { BULK_FRAME_BYTES } from "./bulk-frames";
import type { PermissionName } from "./permissions";
import { type JoinRole, roles } from "./roles";

/**
 * The data channels of a session: one per purpose, so that none blocks another.
 *
 * - `pointer`: where the operator's pointer is; latest wins, so unordered and never sent again.
 * - `annotation`: pen strokes; every point counts, in order.
 * - `chat`: text both ways.
 * - `picture`: what the operator wants of the picture's encoding, and what the customer's side made of it (picture-mode.ts).
 * - `consent`: what the operator asks the customer for in the session, and the customer's no (control.ts).
 * - `motion`: where the operator's mouse is while it controls; latest wins.
 * - `control`: buttons, keys and text for the customer's machine; every one counts, in order.
 * - `tool`: how the Client Tool is, for both sides.
 * - `question`: whether the customer's page asks something or shows nothing just now, and what it shares, for the Client Tool.
 * - `clipboard`: text of the clipboard, between operator and Client Tool.
 * - `file`: bulk data both ways, as frames of its own flow control (bulk-frames.ts). It has transports of its own, so that it
 *   cannot stand in the way of anything else.
 */
export const channelLabels = [
  "pointer",
  "annotation",
  "chat",
  "picture",
  "consent",
  "motion",
  "control",
  "tool",
  "question",
  "clipboard",
  "file",
] as const;
export const channelLabelSchema = z.enum(channelLabels);
export type ChannelLabel = z.infer<typeof channelLabelSchema>;

/** Who can send on a channel. */
export type ChannelEnd = Exclude<JoinRole, "observer">;

interface ChannelRule {
  readonly ordered: boolean;
  /** Unordered channels only: how often a lost message is sent again. */
  readonly maxRetransmits?: number;
  /** Who may send on it. */
  readonly senders: readonly ChannelEnd[];
  /** Who receives it, beside observers (see `observed`); never the sender itself. */
  readonly receivers: readonly ChannelEnd[];
  /** What the customer must have granted before messages pass the relay; null: nothing. */
  readonly permission: PermissionName | null;
  /** Whose messages need that permission. What customers say of their own accord needs none. */
  readonly permissionFor: readonly ChannelEnd[];
  /** `bulk`: on the transports of `openBulkTransports`, made on demand; otherwise on those of the join. */
  readonly transports: "session" | "bulk";
  /** Whether supervisors who watch receive it too: what is shown on the picture, never what the two say to each other. */
  readonly observed: boolean;
  /** Longest message in bytes. */
  readonly maxMessageBytes: number;
}

export const channelRules = {
  pointer: {
    ordered: false,
    maxRetransmits: 0,
    senders: ["operator"],
    receivers: ["customer"],
    permission: "pointer",
    permissionFor: ["operator"],
    transports: "session",
    observed: true,
    maxMessageBytes: 256,
  },
  annotation: {
    ordered: true,
    senders: ["operator"],
    receivers: ["customer"],
    permission: "pointer",
    permissionFor: ["operator"],
    transports: "session",
    observed: true,
    maxMessageBytes: 16_384,
  },
  chat: {
    ordered: true,
    senders: roles,
    receivers: roles,
    permission: null,
    permissionFor: [],
    transports: "session",
    observed: false,
    maxMessageBytes: 16_384,
  },
  picture: {
    ordered: true,
    senders: roles,
    receivers: roles,
    permission: null,
    permissionFor: [],
    transports: "session",
    observed: false,
    maxMessageBytes: 256,
  },
  consent: {
    ordered: true,
    senders: roles,
    receivers: roles,
    permission: null,
    permissionFor: [],
    transports: "session",
    observed: false,
    maxMessageBytes: 256,
  },
  motion: {
    ordered: false,
    maxRetransmits: 0,
    senders: ["operator"],
    receivers: ["tool"],
    permission: "control",
    permissionFor: ["operator"],
    transports: "session",
    observed: false,
    maxMessageBytes: 256,
  },
  control: {
    ordered: true,
    senders: ["operator"],
    receivers: ["tool"],
    permission: "control",
    permissionFor: ["operator"],
    transports: "session",
    observed: false,
    maxMessageBytes: 16_384,
  },
  tool: {
    ordered: true,
    senders: ["tool"],
    receivers: roles,
    permission: null,
    permissionFor: [],
    transports: "session",
    observed: false,
    maxMessageBytes: 16_384,
  },
  question: {
    ordered: true,
    senders: ["customer"],
    receivers: ["tool"],
    permission: null,
    permissionFor: [],
    transports: "session",
    observed: false,
    maxMessageBytes: 256,
  },
  clipboard: {
    ordered: true,
    senders: ["operator", "tool"],
    receivers: ["operator", "tool"],
    permission: "clipboard",
    // Without it nothing flows in either direction: reading and writing are both the customer's to grant.
    permissionFor: ["operator", "tool"],
    transports: "session",
    observed: false,
    // CLIPBOARD_MAX_LENGTH of JSON: at most three bytes of UTF-8, or six of an escape, for one code unit.
    maxMessageBytes: 262_144,
  },
  file: {
    ordered: true,
    senders: roles,
    receivers: roles,
    permission: "file",
    // Without it nothing flows in either direction, for what one side sends the other has to grant.
    permissionFor: ["operator", "customer"],
    transports: "bulk",
    observed: false,
    maxMessageBytes: BULK_FRAME_BYTES,
  },
} as const satisfies Record<ChannelLabel, ChannelRule>;

/** The rule of a channel with its optional parts visible to the type checker. */
export function channelRule(label: ChannelLabel): ChannelRule {
  return channelRules[label];
}

/** The longest message of any channel on such transports: SCTP knows no limit for a single stream. */
export function longestMessageBytes(transports: ChannelRule["transports"]): number {
  const rules = channelLabels.map(channelRule).filter((rule) => rule.transports === transports);
  return Math.max(...rules.map(({ maxMessageBytes }) => maxMessageBytes));
}

/** A place on the shared picture: 0,0 is its top left corner and 1,1 its bottom right, whatever its size in pixels. */
const fraction = z.number().min(0).max(1);

export const pointerMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("move"), sequence: z.int().nonnegative(), x: fraction, y: fraction }),
  z.strictObject({ type: z.literal("hide"), sequence: z.int().nonnegative() }),
]);
/** Messages may overtake one another; one with a lower `sequence` than the last shown is dropped. */
export type PointerMessage = z.infer<typeof pointerMessageSchema>;

export const penColors = ["vermilion", "indigo", "green", "yellow"] as const;
export const penColorSchema = z.enum(penColors);
export type PenColor = z.infer<typeof penColorSchema>;

export const annotationMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("stroke"),
    strokeId: z.uuid(),
    color: penColorSchema,
    /** Points to add to the end of the stroke, as [x, y]. */
    points: z
      .array(z.tuple([fraction, fraction]))
      .min(1)
      .max(256),
  }),
  z.strictObject({ type: z.literal("clear") }),
]);
export type AnnotationMessage = z.infer<typeof annotationMessageSchema>;

/** Longest chat message in UTF-16 code units, as a textarea's maxlength counts. */
export const CHAT_MAX_LENGTH = 2000;
export const chatMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("text"),
    messageId: z.uuid(),
    text: z.string().trim().min(1).max(CHAT_MAX_LENGTH),
    /** The sender's clock, ISO 8601 in UTC. */
    sentAt: z.iso.datetime(),
  }),
  /** The other side has it. What is not acknowledged is sent again when the other side is back. */
  z.strictObject({ type: z.literal("received"), messageId: z.uuid() }),
]);
export type ChatMessage = z.infer<typeof chatMessageSchema>;
