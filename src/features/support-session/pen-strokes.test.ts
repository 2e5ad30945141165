import { beforeEach, describe, expect, test } from "vitest";
import type { PicturePoint } from "@/media/session-state";
import { PenStrokes } from "./pen-strokes";

interface Sent {
  strokeId: string;
  color: string;
  points: readonly PicturePoint[];
}

describe("PenStrokes", () => {
  let sent: Sent[];
  let frames: (() => void)[];
  let pen: PenStrokes;

  const nextFrame = () => {
    const due = frames;
    frames = [];
    for (const run of due) run();
  };

  beforeEach(() => {
    sent = [];
    frames = [];
    pen = new PenStrokes(
      (strokeId, color, points) => sent.push({ strokeId, color, points }),
      (run) => {
        frames.push(run);
        return () => {
          frames = frames.filter((other) => other !== run);
        };
      },
    );
  });

  test("a tap is a dot, at once", () => {
    pen.begin(1, "indigo", { x: 0.5, y: 0.5 });
    pen.finish(1);
    expect(sent.map(({ color, points }) => ({ color, points }))).toEqual([
      { color: "indigo", points: [{ x: 0.5, y: 0.5 }] },
    ]);
  });

  test("everything between two frames goes out together and in order", () => {
    pen.begin(1, "green", { x: 0, y: 0 });
    pen.extend(1, [
      { x: 0.1, y: 0 },
      { x: 0.2, y: 0 },
    ]);
    pen.extend(1, [{ x: 0.3, y: 0 }]);
    expect(sent).toHaveLength(1);
    expect(frames).toHaveLength(1);
    nextFrame();
    expect(sent).toHaveLength(2);
    expect(sent[1]?.points.map(({ x }) => x)).toEqual([0.1, 0.2, 0.3]);
    expect(sent[1]?.strokeId).toBe(sent[0]?.strokeId);
    nextFrame();
    expect(sent).toHaveLength(2);
  });

  test("lifting the pen loses nothing, and nothing follows", () => {
    pen.begin(1, "green", { x: 0, y: 0 });
    pen.extend(1, [{ x: 0.4, y: 0.4 }]);
    pen.finish(1);
    expect(sent[1]?.points).toEqual([{ x: 0.4, y: 0.4 }]);
    pen.extend(1, [{ x: 0.9, y: 0.9 }]);
    nextFrame();
    expect(sent).toHaveLength(2);
  });

  test("two fingers draw two strokes", () => {
    pen.begin(1, "yellow", { x: 0, y: 0 });
    pen.begin(2, "yellow", { x: 1, y: 1 });
    pen.extend(1, [{ x: 0.1, y: 0 }]);
    pen.extend(2, [{ x: 0.9, y: 1 }]);
    nextFrame();
    const ids = new Set(sent.map(({ strokeId }) => strokeId));
    expect(ids.size).toBe(2);
    expect(sent).toHaveLength(4);
  });

  test("a pen that trembles in place sends nothing", () => {
    pen.begin(1, "yellow", { x: 0.5, y: 0.5 });
    pen.extend(1, [
      { x: 0.5001, y: 0.5001 },
      { x: 0.5, y: 0.5 },
    ]);
    expect(frames).toHaveLength(0);
  });

  test("more points than a message may hold become several messages", () => {
    pen.begin(1, "vermilion", { x: 0, y: 0 });
    pen.extend(
      1,
      Array.from({ length: 600 }, (_, index) => ({ x: (index + 1) / 600, y: 0 })),
    );
    nextFrame();
    expect(sent.map(({ points }) => points.length)).toEqual([1, 256, 256, 88]);
  });

  test("putting the pen away ends every stroke and calls off the frame", () => {
    pen.begin(1, "vermilion", { x: 0, y: 0 });
    pen.extend(1, [{ x: 0.5, y: 0.5 }]);
    pen.finishAll();
    expect(sent).toHaveLength(2);
    expect(frames).toHaveLength(0);
    expect(pen.isDrawing(1)).toBe(false);
  });
});
