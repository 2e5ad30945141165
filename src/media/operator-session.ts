import type { PenColor, PointerMessage } from "@/protocol/data-channels";
import type { PictureMode } from "@/protocol/picture-mode";
import { browserClipboard } from "./control/browser-clipboard";
import { freshOperatorControl, OperatorControl } from "./control/operator-control";
import type { FileTransfers } from "./files/file-transfers";
import { PictureChoice, unchosenPicture } from "./picture-choice";
import { freshSnapshot, isOver, SessionCore, type SessionOptions } from "./session-core";
import type { OperatorSnapshot, PicturePoint } from "./session-state";
import { Store } from "./store";
import { drawingAfter } from "./strokes";

/** Points of one message; the protocol allows 256. */
const STROKE_BATCH_POINTS = 200;

/**
 * The operator's side of a support session: sees the customer's picture, points at it, draws on it, and talks. Framework-free;
 * a page watches it through {@link subscribe} and {@link getSnapshot}.
 */
export class OperatorSession {
  readonly #store: Store<OperatorSnapshot>;
  readonly #core: SessionCore;
  readonly subscribe: Store<OperatorSnapshot>["subscribe"];
  readonly getSnapshot: Store<OperatorSnapshot>["getSnapshot"];
  readonly #pictureChoice: PictureChoice;
  /** Mouse, keyboard and clipboard of the customer's machine. */
  readonly control: OperatorControl;
  #pointer: PicturePoint | null = null;
  #pointerSequence = 0;
  #pointerFrame: number | undefined;

  constructor(options: SessionOptions) {
    const store = new Store<OperatorSnapshot>({
      ...freshSnapshot(options.chat),
      chosenPicture: unchosenPicture,
      control: freshOperatorControl,
    });
    this.#store = store;
    this.subscribe = store.subscribe;
    this.getSnapshot = store.getSnapshot;
    this.#pictureChoice = new PictureChoice({
      send: (message) => this.#core.relay?.send("picture", message) ?? false,
      onChange: (chosenPicture) => store.update({ chosenPicture }),
    });
    this.control = new OperatorControl({
      read: store.getSnapshot,
      update: (control) => store.update({ control }),
      send: (label, message) => this.#core.relay?.send(label, message) ?? false,
      waitingBytes: (label) => this.#core.relay?.waitingBytes(label) ?? 0,
      clipboard: browserClipboard(),
    });
    this.#core = new SessionCore({
      ...options,
      role: "operator",
      update: (patch) => store.update(patch),
      handlers: {
        onOther: (other) => store.update(other),
        onObservers: (observers) => store.update({ observers }),
        onTool: (toolPresent) => {
          store.update({ toolPresent });
          this.control.follow();
        },
        onPermissions: (permissions, isDeclined) => {
          store.update({ permissions });
          this.control.follow(isDeclined);
        },
        // A drawing belongs to the picture it was drawn on.
        onPicture: (picture) => {
          const changed = picture?.stream !== store.getSnapshot().picture?.stream;
          store.update({ picture, ...(changed && { strokes: [] }) });
          if (changed) this.control.pictureChanged();
        },
        onUnshowable: (unshowable) => store.update({ unshowable }),
        onMessage: (label, message) => {
          if (label === "picture") this.#pictureChoice.receive(message);
          else this.control.hear(label, message);
        },
        onChannel: (label) => {
          if (label === "picture") this.#pictureChoice.begin();
          else this.control.channelOpened(label);
        },
      },
      onJoined: async () => {
        // The relay offers the picture by itself.
      },
      onOpen: () => this.control.opened(),
      onState: (state) => {
        if (state.phase === "ended") store.update({ picture: null });
        this.control.follow();
        if (!isOver(state)) return;
        this.#pictureChoice.close();
        this.control.close();
      },
    });
  }

  /** Files both ways between operator and customer. */
  get files(): FileTransfers {
    return this.#core.files;
  }

  /** Joins, and stays joined until the session ends. Further calls change nothing. */
  start(): void {
    this.#core.start();
  }

  /** Leaves without ending the session for the customer. */
  close(): void {
    if (this.#pointerFrame !== undefined) cancelAnimationFrame(this.#pointerFrame);
    this.#pictureChoice.close();
    this.control.close();
    this.#core.close();
  }

  /** Ends the session for both sides. @throws AppError UNAVAILABLE when the relay did not hear it */
  async end(): Promise<void> {
    await this.#core.relay?.endSession();
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
      this.#core.relay?.send("annotation", message);
    }
  }

  clearDrawing(): void {
    this.#store.update({ strokes: [] });
    this.#core.relay?.send("annotation", { type: "clear" });
  }

  /** Has the customer's side encode the picture for another purpose, at once and until the session ends. */
  choosePicture(mode: PictureMode): void {
    this.#pictureChoice.choose(mode);
  }

  /** @returns false when the text is empty or too long; otherwise it is in the conversation and will be delivered */
  sendChat(text: string): boolean {
    return this.#core.say(text);
  }

  #sendPointer(message: PointerMessage): void {
    this.#pointerSequence += 1;
    this.#core.relay?.send("pointer", { ...message, sequence: this.#pointerSequence });
  }
}

/** Four decimals are finer than a pixel of any screen and keep messages short. */
function clamped({ x, y }: PicturePoint): PicturePoint {
  const fraction = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
  return { x: fraction(x), y: fraction(y) };
}
