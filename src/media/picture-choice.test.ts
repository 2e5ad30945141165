import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PictureWish } from "@/protocol/picture-mode";
import { type ChosenPicture, PictureChoice, unchosenPicture } from "./picture-choice";

let choice: PictureChoice;
let sent: PictureWish[];
let chosen: ChosenPicture;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  chosen = unchosenPicture;
  choice = new PictureChoice({
    send: (message) => sent.push(message) > 0,
    onChange: (next) => {
      chosen = next;
    },
  });
});
afterEach(() => {
  choice.close();
  vi.useRealTimers();
});

const applied = (mode: string) => JSON.stringify({ type: "applied", mode });

describe("a choice", () => {
  test("is shown at once and applied when the customer's side says so", () => {
    choice.choose("fluid");
    expect(sent).toEqual([{ type: "choose", mode: "fluid" }]);
    expect(chosen).toEqual({ mode: "fluid", applied: false });
    choice.receive(applied("fluid"));
    expect(chosen).toEqual({ mode: "fluid", applied: true });
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(1);
  });

  test("is sent again until it is answered, and an answer to an earlier one does not count", () => {
    choice.choose("fluid");
    choice.choose("sharp");
    choice.receive(applied("fluid"));
    expect(chosen).toEqual({ mode: "sharp", applied: false });
    sent.length = 0;
    vi.advanceTimersByTime(2_000);
    expect(sent).toEqual([
      { type: "choose", mode: "sharp" },
      { type: "choose", mode: "sharp" },
    ]);
  });

  test("is told to a customer's page that was loaded anew", () => {
    choice.choose("sharp");
    choice.receive(applied("sharp"));
    sent.length = 0;
    choice.begin();
    expect(sent).toEqual([{ type: "choose", mode: "sharp" }]);
    expect(chosen).toEqual({ mode: "sharp", applied: false });
  });
});

test("an operator's page that was loaded anew asks, and takes over what the customer's side has kept", () => {
  choice.begin();
  expect(sent).toEqual([{ type: "ask" }]);
  choice.receive(applied("fluid"));
  expect(chosen).toEqual({ mode: "fluid", applied: true });
});

test.each([
  ["no JSON", "{"],
  ["another mode", applied("blurred")],
  ["a wish instead of a report", JSON.stringify({ type: "choose", mode: "fluid" })],
  ["more than belongs to it", JSON.stringify({ type: "applied", mode: "fluid", bitrate: 1 })],
])("%s changes nothing", (_name, raw) => {
  choice.choose("sharp");
  choice.receive(raw);
  expect(chosen).toEqual({ mode: "sharp", applied: false });
});

test("nothing is sent once it is closed", () => {
  choice.choose("fluid");
  choice.close();
  sent.length = 0;
  vi.advanceTimersByTime(5_000);
  expect(sent).toEqual([]);
});
