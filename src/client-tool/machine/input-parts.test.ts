import { expect, test } from "vitest";
import { OwnEscape } from "./own-escape";
import { ScrollRemainder } from "./scroll-remainder";
import { typedPieces } from "./typed-text";

test("a text is cut into keys and characters", () => {
  expect(typedPieces("a\r\nb\n\tc\rd")).toEqual([
    { kind: "text", text: "a" },
    { kind: "key", code: "Enter" },
    { kind: "text", text: "b" },
    { kind: "key", code: "Enter" },
    { kind: "key", code: "Tab" },
    { kind: "text", text: "c" },
    { kind: "key", code: "Enter" },
    { kind: "text", text: "d" },
  ]);
});

test("control characters and halves of surrogate pairs are not typed", () => {
  expect(typedPieces("a\u0007b\u001b\u0085\ud83dc\ude42")).toEqual([{ kind: "text", text: "abc" }]);
  expect(typedPieces("\0")).toEqual([]);
});

test("a long text comes in pieces that cut no character in two", () => {
  const text = "漢字🙂".repeat(30);
  const pieces = typedPieces(text, 5).flatMap((piece) => (piece.kind === "text" ? piece.text : []));
  expect(pieces.join("")).toBe(text);
  for (const piece of pieces) {
    expect(piece.length).toBeLessThanOrEqual(5);
    expect(piece).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
  }
});

test("what is less than a step of the wheel is kept", () => {
  const scroll = new ScrollRemainder(1.2);
  expect(scroll.take(0, 0.5)).toEqual({ right: 0, down: 0 });
  expect(scroll.take(0, 0.5)).toEqual({ right: 0, down: 1 });
  const pixels = new ScrollRemainder(1);
  let down = 0;
  for (let index = 0; index < 1_000; index += 1) down += pixels.take(0, -0.3).down;
  expect(down).toBeGreaterThanOrEqual(-300);
  expect(down).toBeLessThanOrEqual(-299);
});

test("the operator's Esc is not the customer's", () => {
  const own = new OwnEscape();
  expect(own.isCustomers(true)).toBe(true);
  expect(own.isCustomers(false)).toBe(false);
  own.injected(true);
  expect(own.isCustomers(true)).toBe(false);
  own.injected(false);
  // The system may say so for a moment longer.
  expect(own.isCustomers(true)).toBe(false);
  expect(own.isCustomers(false)).toBe(false);
  expect(own.isCustomers(true)).toBe(true);
});

test("an Esc that the operator presses before it shows is the operator's", () => {
  const own = new OwnEscape();
  own.injected(true);
  expect(own.isCustomers(false)).toBe(false);
  expect(own.isCustomers(true)).toBe(false);
});
