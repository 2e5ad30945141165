import { v4 as newId } from "uuid";
import type { PicturePoint } from "@/media/session-state";
import type { PenColor } from "@/protocol/data-channels";

/** Most points of one message, as the protocol allows. */
const MAX_POINTS_PER_BATCH = 256;
/** A point nearer than this to the last one adds nothing that can be seen; in fractions of the picture. */
const MIN_STEP = 0.0005;

/** Sends points to add to the end of a stroke. */
export type DrawPoints = (strokeId: string, color: PenColor, points: readonly PicturePoint[]) => void;

/** Runs a function before the next paint; returns how to call it off. */
export type ScheduleFrame = (run: () => void) => () => void;

/** The browser's animation frames. */
export const onAnimationFrame: ScheduleFrame = (run) => {
  const handle = requestAnimationFrame(run);
  return () => cancelAnimationFrame(handle);
};

interface StrokeInHand {
  readonly strokeId: string;
  readonly color: PenColor;
  /** Not sent yet. */
  pending: PicturePoint[];
  last: PicturePoint;
}

/**
 * Collects what pens, fingers and mice draw and passes it on once per animation frame: a pen reports up to 1000 places a
 * second, which neither the network nor the screen can use one by one. Each pointer that is down draws a stroke of its own.
 */
export class PenStrokes {
  readonly #draw: DrawPoints;
  readonly #schedule: ScheduleFrame;
  readonly #inHand = new Map<number, StrokeInHand>();
  #callOff: (() => void) | null = null;

  constructor(draw: DrawPoints, schedule: ScheduleFrame = onAnimationFrame) {
    this.#draw = draw;
    this.#schedule = schedule;
  }

  /** Whether this pointer is drawing. */
  isDrawing(pointerId: number): boolean {
    return this.#inHand.has(pointerId);
  }

  /** Puts the pen down: the first point shows at once, even if the pen never moves. */
  begin(pointerId: number, color: PenColor, at: PicturePoint): void {
    this.finish(pointerId);
    const stroke: StrokeInHand = { strokeId: newId(), color, pending: [], last: at };
    this.#inHand.set(pointerId, stroke);
    this.#draw(stroke.strokeId, color, [at]);
  }

  /** Adds places in the order they were passed; ignored when the pointer is not drawing. */
  extend(pointerId: number, points: readonly PicturePoint[]): void {
    const stroke = this.#inHand.get(pointerId);
    if (!stroke) return;
    for (const point of points) {
      if (Math.hypot(point.x - stroke.last.x, point.y - stroke.last.y) < MIN_STEP) continue;
      stroke.pending.push(point);
      stroke.last = point;
    }
    if (stroke.pending.length > 0) this.#callOff ??= this.#schedule(() => this.#flush());
  }

  /** Lifts the pen; what is left of the stroke goes out at once. */
  finish(pointerId: number): void {
    const stroke = this.#inHand.get(pointerId);
    if (!stroke) return;
    this.#send(stroke);
    this.#inHand.delete(pointerId);
  }

  /** Lifts all pens, for when the tool is put away. */
  finishAll(): void {
    for (const pointerId of [...this.#inHand.keys()]) this.finish(pointerId);
    this.#callOff?.();
    this.#callOff = null;
  }

  #flush(): void {
    this.#callOff = null;
    for (const stroke of this.#inHand.values()) this.#send(stroke);
  }

  #send(stroke: StrokeInHand): void {
    const points = stroke.pending;
    stroke.pending = [];
    for (let start = 0; start < points.length; start += MAX_POINTS_PER_BATCH) {
      this.#draw(stroke.strokeId, stroke.color, points.slice(start, start + MAX_POINTS_PER_BATCH));
    }
  }
}
