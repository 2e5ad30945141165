import { parseJson } from "@/lib/parse-json";
import { annotationMessageSchema, type ChannelLabel, pointerMessageSchema } from "@/protocol/data-channels";
import type { PicturePoint, Stroke } from "./session-state";
import { drawingAfter } from "./strokes";

interface Marks {
  readonly pointer: PicturePoint | null;
  readonly strokes: readonly Stroke[];
}

interface RemoteMarksOptions {
  read: () => Marks;
  update: (patch: Partial<Marks>) => void;
}

/** What the operator points at and draws, as it arrives at the customer and at those who watch. */
export class RemoteMarks {
  readonly #options: RemoteMarksOptions;
  #lastPointerSequence = 0;

  constructor(options: RemoteMarksOptions) {
    this.#options = options;
  }

  /** Takes a message; one that is malformed, out of date, or of another channel changes nothing. */
  hear(label: ChannelLabel, raw: string): void {
    if (label === "pointer") this.#point(raw);
    else if (label === "annotation") this.#draw(raw);
  }

  /** The operator has just joined (again), counts its messages anew and sees a picture without a drawing. */
  begin(label: ChannelLabel): void {
    if (label === "pointer") this.#lastPointerSequence = 0;
    if (label === "annotation") this.#options.update({ strokes: [] });
  }

  #point(raw: string): void {
    const message = pointerMessageSchema.safeParse(parseJson(raw));
    if (!message.success || message.data.sequence <= this.#lastPointerSequence) return;
    const { data } = message;
    this.#lastPointerSequence = data.sequence;
    this.#options.update({ pointer: data.type === "move" ? { x: data.x, y: data.y } : null });
  }

  #draw(raw: string): void {
    const message = annotationMessageSchema.safeParse(parseJson(raw));
    if (!message.success) return;
    this.#options.update({ strokes: drawingAfter(this.#options.read().strokes, message.data) });
  }
}
