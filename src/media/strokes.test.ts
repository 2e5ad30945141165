import { describe, expect, test } from "vitest";
import type { AnnotationMessage } from "@/protocol/data-channels";
import type { Stroke } from "./session-state";
import { drawingAfter } from "./strokes";

function stroke(strokeId: string, ...points: [number, number][]): AnnotationMessage {
  return { type: "stroke", strokeId, color: "vermilion", points };
}

describe("a drawing", () => {
  test("grows a known stroke and puts a new one on top", () => {
    let drawing: readonly Stroke[] = [];
    for (const message of [stroke("a", [0, 0]), stroke("b", [1, 1]), stroke("a", [0.5, 0.5], [0.6, 0.6])]) {
      drawing = drawingAfter(drawing, message);
    }
    expect(drawing.map(({ strokeId, points }) => [strokeId, points.length])).toEqual([
      ["a", 3],
      ["b", 1],
    ]);
    expect(drawing[0]?.points.at(-1)).toEqual({ x: 0.6, y: 0.6 });
  });

  test("is empty after a clear, and stays the same object when it was empty", () => {
    const empty: readonly Stroke[] = [];
    expect(drawingAfter(empty, { type: "clear" })).toBe(empty);
    expect(drawingAfter(drawingAfter(empty, stroke("a", [0, 0])), { type: "clear" })).toEqual([]);
  });

  test("stays bounded whatever the other side sends", () => {
    let drawing: readonly Stroke[] = [];
    for (let index = 0; index < 300; index += 1) drawing = drawingAfter(drawing, stroke(`s${index}`, [0, 0]));
    expect(drawing).toHaveLength(200);
    expect(drawing[0]?.strokeId).toBe("s100");
    const many: [number, number][] = Array.from({ length: 256 }, () => [0.5, 0.5]);
    for (let index = 0; index < 30; index += 1) drawing = drawingAfter(drawing, stroke("long", ...many));
    expect(drawing.at(-1)?.points).toHaveLength(5_000);
  });
});
