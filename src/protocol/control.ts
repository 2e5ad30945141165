import { z } from "zod";
import type { PermissionName } from "./permissions";

/**
 * What goes between the operator's console, the customer's page and the Client Tool once the customer is asked for more than
 * looking on. Every message is JSON on the data channel that its schema is named after.
 */

/** A place on the shared picture: 0,0 is its top left corner and 1,1 its bottom right, whatever its size in pixels. */
const fraction = z.number().min(0).max(1);
/** Counts every `motion` and `control` message of one console together, so that the tool knows which came later. */
const sequence = z.int().nonnegative();

/** `MouseEvent.button`: left, middle, right, back, forward. */
export const mouseButtonSchema = z.int().min(0).max(4);
/** `KeyboardEvent.code` (UI Events, 4.3): the physical key, whatever the layout. Unknown ones are left out by the tool. */
export const keyCodeSchema = z.string().regex(/^[A-Za-z0-9]{1,24}$/);
/** Longest text of one message, in UTF-16 code units; longer ones are cut into several. */
export const TYPED_TEXT_MAX_LENGTH = 1000;

/** Channel `motion`, operator to tool. Messages may overtake one another; the latest wins. */
export const motionMessageSchema = z.strictObject({
  type: z.literal("move"),
  sequence,
  x: fraction,
  y: fraction,
});
export type MotionMessage = z.infer<typeof motionMessageSchema>;

/** Channel `control`, operator to tool: every message counts, in order. */
export const controlMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("button"),
    sequence,
    button: mouseButtonSchema,
    down: z.boolean(),
    x: fraction,
    y: fraction,
  }),
  z.strictObject({
    type: z.literal("wheel"),
    sequence,
    x: fraction,
    y: fraction,
    /** CSS pixels, as `WheelEvent` has them in DOM_DELTA_PIXEL: down and to the right are positive. */
    deltaX: z.number().min(-10_000).max(10_000),
    deltaY: z.number().min(-10_000).max(10_000),
  }),
  /** A physical key. While it is held `down` comes again with every repetition of the operator's keyboard. */
  z.strictObject({ type: z.literal("key"), sequence, code: keyCodeSchema, down: z.boolean() }),
  /** Finished text (IME composition, pasted characters): typed by its characters, not by keys. */
  z.strictObject({
    type: z.literal("text"),
    sequence,
    text: z.string().min(1).max(TYPED_TEXT_MAX_LENGTH),
  }),
  /** A combination from the menu: pressed in this order, released in reverse. */
  z.strictObject({
    type: z.literal("combination"),
    sequence,
    codes: z.array(keyCodeSchema).min(1).max(5),
  }),
  /** The console lost the keyboard or the mouse: nothing stays pressed. */
  z.strictObject({ type: z.literal("releaseAll"), sequence }),
  /** How large the shared picture is, in pixels: what the tool finds the monitor by. At first and at every change. */
  z.strictObject({
    type: z.literal("picture"),
    sequence,
    width: z.int().min(1).max(32_768),
    height: z.int().min(1).max(32_768),
  }),
  /** The operator says which monitor is the one that is seen, where the size does not tell. */
  z.strictObject({ type: z.literal("monitor"), sequence, monitorId: z.string().max(64) }),
]);
export type ControlMessage = z.infer<typeof controlMessageSchema>;

/** A monitor of the customer's machine, in the pixels of its desktop; the primary one need not be at 0,0. */
export const monitorSchema = z.strictObject({
  monitorId: z.string().max(64),
  name: z.string().max(100),
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  /** 1 is 100 %. */
  scale: z.number().min(0.25).max(8),
  isPrimary: z.boolean(),
});
export type Monitor = z.infer<typeof monitorSchema>;

/**
 * What stands in the way of control on the customer's machine; each has a sentence for both sides, with the way on.
 *
 * - `wayland`: the desktop lets no program inject input.
 * - `no_display`: the tool runs where no screen is.
 * - `missing_permission`: macOS has not been told to let the tool control the computer (Accessibility).
 * - `locked`: the desktop is locked, or another user's is in front.
 * - `secure_prompt`: Windows asks for an administrator (UAC), which only the person in front of the machine can answer.
 * - `failed`: the system refused, for a reason that it did not tell.
 */
export const controlObstacles = [
  "wayland",
  "no_display",
  "missing_permission",
  "locked",
  "secure_prompt",
  "failed",
] as const;
export const controlObstacleSchema = z.enum(controlObstacles);
export type ControlObstacle = z.infer<typeof controlObstacleSchema>;

export const toolPlatforms = ["windows", "macos", "linux"] as const;
export const toolPlatformSchema = z.enum(toolPlatforms);
export type ToolPlatform = z.infer<typeof toolPlatformSchema>;

/** The customer's own mouse pauses the operator for so long, counted from its last move. */
export const CUSTOMER_MOVE_PAUSE_MS = 1_000;

/** Channel `tool`, from the tool to the operator and to the customer's page: how things are, at first and at every change. */
export const toolMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("state"),
    version: z.string().max(40),
    platform: toolPlatformSchema,
    state: z.discriminatedUnion("phase", [
      /** Input is injected, as long as `control` is granted. */
      z.strictObject({ phase: z.literal("ready") }),
      /** The customer uses the mouse: the operator's input is left out until it rests. */
      z.strictObject({ phase: z.literal("paused") }),
      /** The customer's page asks something, which nobody answers with the customer's own mouse, or does not show the screen. */
      z.strictObject({ phase: z.literal("questioned") }),
      z.strictObject({ phase: z.literal("blocked"), obstacle: controlObstacleSchema }),
    ]),
    monitors: z.array(monitorSchema).max(16),
    /** The one that the picture is taken to show; null while there is none. */
    monitorId: z.string().max(64).nullable(),
  }),
  /** The highest sequence that has been injected; at most ten a second. */
  z.strictObject({ type: z.literal("applied"), sequence }),
]);
export type ToolMessage = z.infer<typeof toolMessageSchema>;
/**
 * Channel `question`, from the customer's page to the tool: whether the operator's input is held back because the page asks the customer
 * for something, which an operator who controls the machine could answer otherwise, or because it does not show the whole screen.
 */
export const questionMessageSchema = z.strictObject({ isOpen: z.boolean() });
export type QuestionMessage = z.infer<typeof questionMessageSchema>;

/** What a captured picture shows (W3C screen-capture, DisplayCaptureSurfaceType); some browsers do not tell. */
export const surfaceKinds = ["monitor", "window", "browser", "unknown"] as const;
export const surfaceKindSchema = z.enum(surfaceKinds);
export type SurfaceKind = z.infer<typeof surfaceKindSchema>;

/**
 * Channel `question` as well: what is shared, as far as the customer's browser tells. A hint by which the tool chooses among the monitors
 * that it sees itself, and nothing else. Tools from before it leave it out, and pages from before it do not send it: then the picture's
 * size has to tell.
 */
export const surfaceMessageSchema = z.strictObject({
  type: z.literal("surface"),
  kind: surfaceKindSchema,
  /**
   * Chromium's number of the monitor: on Windows its place among the display devices, on macOS its display id, on X11 the atom of its
   * name. Null where there is none.
   */
  captureId: z.int().nullable(),
  /** The monitor's name, where the browser tells that instead. */
  name: z.string().max(64).nullable(),
});
export type SurfaceMessage = z.infer<typeof surfaceMessageSchema>;

export type ToolState = Extract<ToolMessage, { type: "state" }>;

/** Longest text of the clipboard, in UTF-16 code units; a longer one is not sent, and its owner is told. */
export const CLIPBOARD_MAX_LENGTH = 60_000;

/** Channel `clipboard`, both ways between operator and tool. */
export const clipboardMessageSchema = z.discriminatedUnion("type", [
  /** The sender's clipboard: goes into the receiver's. */
  z.strictObject({ type: z.literal("text"), text: z.string().max(CLIPBOARD_MAX_LENGTH) }),
  /** Operator: asks for the customer's clipboard, once. `text` or `empty` follows. */
  z.strictObject({ type: z.literal("ask") }),
  /** Operator: wants every change from now on, or no more. */
  z.strictObject({ type: z.literal("follow"), isOn: z.boolean() }),
  /** Tool: there is no text in the clipboard. */
  z.strictObject({ type: z.literal("empty") }),
  /** The clipboard holds more text than is sent. */
  z.strictObject({ type: z.literal("tooLong") }),
]);
export type ClipboardMessage = z.infer<typeof clipboardMessageSchema>;

/** What an operator asks for in the session; `view` and `pointer` are asked for before it. */
export const requestableNames = ["control", "clipboard", "file"] as const satisfies PermissionName[];
export const requestableSchema = z.enum(requestableNames);
export type Requestable = z.infer<typeof requestableSchema>;

/**
 * What the customer's page waits for, control being allowed: so that the operator can say on the phone what to do next.
 *
 * - `wholeScreen`: the entire screen has to be shared; only a window or a tab is.
 * - `download`: the Client Tool has to be downloaded.
 * - `start`: it has been downloaded and has to be started.
 * - `unsupported`: there is no Client Tool for the customer's device.
 */
export const controlSteps = ["wholeScreen", "download", "start", "unsupported"] as const;
export const controlStepSchema = z.enum(controlSteps);
export type ControlStep = z.infer<typeof controlStepSchema>;

/** Channel `consent`: the operator asks, the customer answers no. A yes is heard as the permission itself. */
export const consentMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("request"), permission: requestableSchema }),
  /** The operator does not want it any more. */
  z.strictObject({ type: z.literal("withdraw"), permission: requestableSchema }),
  z.strictObject({ type: z.literal("denied"), permission: requestableSchema }),
  /** Customer: what is waited for; null: nothing. */
  z.strictObject({ type: z.literal("step"), step: controlStepSchema.nullable() }),
  /** Customer: what is shared. A console from before this leaves it out. */
  z.strictObject({ type: z.literal("surface"), kind: surfaceKindSchema }),
]);
export type ConsentMessage = z.infer<typeof consentMessageSchema>;
