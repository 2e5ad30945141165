import type { PenColor, PointerMessage } from "@/protocol/data-channels";
import type { RelayAssignment } from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { Chat } from "./chat";
import { QUALITY_INTERVAL_MS, QualityMeter } from "./quality";
import { SessionConnection } from "./session-connection";
import type { ChatEntry, OperatorSnapshot, PicturePoint } from "./session-state";
import { Store } from "./store";
import { drawingAfter } from "./strokes";

/** Points of one message; the protocol allows 256. */
const STROKE_BATCH_POINTS = 200;

interface OperatorSessionOptions {
  /** Asks the management server for a relay and a fresh token; its refusal ends the trying. */
  join: () => Promise<RelayAssignment>;
  /** The conversation so far, after a reload. */
  chat?: readonly ChatEntry[];
}

/**
 * The operator's side of a support session: sees the customer's picture, points at it, draws on it, and talks. Framework-free;
 * a page watches it through {@link subscribe} and {@link getSnapshot}.
 */
export class OperatorSession {
  readonly #store: Store<OperatorSnapshot>;
  readonly #connection: SessionConnection;
  readonly #chat: Chat;
  readonly subscribe: Store<OperatorSnapshot>["subscribe"];
  readonly getSnapshot: Store<OperatorSnapshot>["getSnapshot"];
  #pointer: PicturePoint | null = null;
  #pointerSequence = 0;
  #pointerFrame: number | undefined;
  #qualityTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: OperatorSessionOptions) {
    this.#store = new Store<OperatorSnapshot>({
      connection: { phase: "connecting" },
      otherPresent: false,
      permissions: CONSENTED_PERMISSIONS,
      picture: null,
      strokes: [],
      chat: options.chat ?? [],
      quality: null,
    });
    this.subscribe = this.#store.subscribe;
    this.getSnapshot = this.#store.getSnapshot;
    this.#chat = new Chat({
      entries: options.chat,
      send: (message) => this.#connection.relay?.send("chat", message) ?? false,
      onChange: (chat) => this.#store.update({ chat }),
    });
    this.#connection = new SessionConnection({
      join: options.join,
      handlers: {
        onOtherPresent: (otherPresent) => this.#store.update({ otherPresent }),
        onPermissions: (permissions) => this.#store.update({ permissions }),
        // A drawing belongs to the picture it was drawn on.
        onPicture: (picture) => {
          const changed = picture?.stream !== this.#store.getSnapshot().picture?.stream;
          this.#store.update({ picture, ...(changed && { strokes: [] }) });
        },
        onMessage: (label, message) => {
          if (label === "chat") this.#chat.receive(message);
        },
        onChannel: (label) => {
          if (label === "chat") this.#chat.sendUndelivered();
        },
      },
      onJoined: async () => {
        this.#chat.sendUndelivered();
      },
      onState: (connection) => {
        this.#store.update({
          connection,
          ...(connection.phase !== "live" && { quality: null }),
          ...(connection.phase === "ended" && { picture: null }),
        });
      },
    });
  }

  /** Joins, and stays joined until the session ends. Further calls change nothing. */
  start(): void {
    this.#connection.start();
    if (this.#qualityTimer !== undefined) return;
    const meter = new QualityMeter();
    this.#qualityTimer = setInterval(() => void this.#tick(meter), QUALITY_INTERVAL_MS);
  }

  /** Leaves without ending the session for the customer. */
  close(): void {
    clearInterval(this.#qualityTimer);
    if (this.#pointerFrame !== undefined) cancelAnimationFrame(this.#pointerFrame);
    this.#connection.close();
  }

  /** Ends the session for both sides. @throws AppError UNAVAILABLE when the relay did not hear it */
  async end(): Promise<void> {
    await this.#connection.relay?.endSession();
  }

  /** Shows the customer where the operator points; at most one message an animation frame. */
  movePointer(point: PicturePoint): void {
    this.#pointer = point;
    this.#pointerFrame ??= requestAnimationFrame(() => {
      this.#pointerFrame = undefined;
      if (this.#pointer) this.#sendPointer({ type: "move", sequence: 0, ...clamped(this.#pointer) });
    });
  }

  hidePointer(): void {
    this.#pointer = null;
    this.#sendPointer({ type: "hide", sequence: 0 });
  }

  /** Adds points to a stroke, here and at the customer. @param strokeId a UUID; a new one begins a new stroke */
  draw(strokeId: string, color: PenColor, points: readonly PicturePoint[]): void {
    for (let start = 0; start < points.length; start += STROKE_BATCH_POINTS) {
      const message = {
        type: "stroke" as const,
        strokeId,
        color,
        points: points.slice(start, start + STROKE_BATCH_POINTS).map((point): [number, number] => {
          const { x, y } = clamped(point);
          return [x, y];
        }),
      };
      this.#store.update({ strokes: drawingAfter(this.#store.getSnapshot().strokes, message) });
      this.#connection.relay?.send("annotation", message);
    }
  }

  clearDrawing(): void {
    this.#store.update({ strokes: [] });
    this.#connection.relay?.send("annotation", { type: "clear" });
  }

  /** @returns false when the text is empty or too long; otherwise it is in the conversation and will be delivered */
  sendChat(text: string): boolean {
    return this.#chat.say(text);
  }

  #sendPointer(message: PointerMessage): void {
    this.#pointerSequence += 1;
    this.#connection.relay?.send("pointer", { ...message, sequence: this.#pointerSequence });
  }

  async #tick(meter: QualityMeter): Promise<void> {
    const { relay } = this.#connection;
    if (!relay || this.#store.getSnapshot().connection.phase !== "live") return;
    this.#chat.sendUndelivered();
    const quality = meter.measure(await relay.statistics("operator"), "operator");
    if (this.#connection.relay === relay) this.#store.update({ quality });
  }
}

/** Four decimals are finer than a pixel of any screen and keep messages short. */
function clamped({ x, y }: PicturePoint): PicturePoint {
  const fraction = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
  return { x: fraction(x), y: fraction(y) };
}
