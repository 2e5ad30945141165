import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { controlMessageSchema, motionMessageSchema, TYPED_TEXT_MAX_LENGTH } from "@/protocol/control";
import { ControlSender, MOVE_INTERVAL_MS, WAITING_BYTES_MAX } from "./control-sender";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** A sender whose connection is in the test's hands. */
function openSender() {
  const wire = { isUp: true, waitingBytes: 0 };
  const sent: Record<string, unknown>[] = [];
  const sender = new ControlSender({
    send: (label, message) => {
      if (!wire.isUp) return false;
      // Nothing leaves that the protocol does not know.
      const schema = label === "motion" ? motionMessageSchema : controlMessageSchema;
      sent.push(schema.parse(message));
      return true;
    },
    waitingBytes: () => wire.waitingBytes,
  });
  sender.setOpen(true);
  const types = () => sent.map(({ type, ...rest }) => ("code" in rest ? `${type} ${rest.code}` : type));
  return { sender, wire, sent, types };
}

const middle = { x: 0.5, y: 0.5 };

describe("moves", () => {
  test("the first goes at once, the last always, and between them no more than one an interval", () => {
    const { sender, sent } = openSender();
    for (let step = 0; step <= 100; step += 1) {
      sender.move({ x: step / 100, y: 0 });
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(MOVE_INTERVAL_MS);
    expect(sent[0]).toEqual({ type: "move", sequence: 1, x: 0, y: 0 });
    expect(sent.at(-1)).toMatchObject({ x: 1 });
    expect(sent.length).toBeLessThanOrEqual(Math.ceil(101 / MOVE_INTERVAL_MS) + 1);
    expect(sent.length).toBeGreaterThan(8);
  });

  test("a place off the picture is the nearest one on it", () => {
    const { sender, sent } = openSender();
    sender.move({ x: -0.2, y: 7 });
    expect(sent[0]).toMatchObject({ x: 0, y: 1 });
  });

  test("one that waits is not sent after the press that came later, and before a key that did", () => {
    const { sender, types } = openSender();
    sender.move(middle);
    sender.move({ x: 0.6, y: 0.5 });
    sender.pressButton(0, true, { x: 0.7, y: 0.5 });
    vi.advanceTimersByTime(MOVE_INTERVAL_MS);
    sender.move(middle);
    sender.move({ x: 0.8, y: 0.5 });
    sender.pressKey("KeyA", true);
    vi.runAllTimers();
    expect(types()).toEqual(["move", "button", "move", "move", "key KeyA"]);
  });
});

test("both channels count together", () => {
  const { sender, sent } = openSender();
  sender.move(middle);
  sender.pressButton(0, true, middle);
  sender.pressKey("KeyA", true);
  expect(sent.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

describe("keys", () => {
  test("go down, repeat and go up; what went down elsewhere is left alone", () => {
    const { sender, types } = openSender();
    sender.pressKey("KeyB", false);
    sender.pressKey("KeyB", true, true);
    sender.pressKey("KeyA", true);
    sender.pressKey("KeyA", true, true);
    sender.pressKey("KeyA", false);
    sender.pressKey("not a code", true);
    expect(types()).toEqual(["key KeyA", "key KeyA", "key KeyA"]);
  });

  test("letting go of everything is said once, and only when something is pressed", () => {
    const { sender, types } = openSender();
    sender.releaseAll();
    sender.pressKey("ShiftLeft", true);
    sender.pressButton(0, true, middle);
    sender.releaseAll();
    sender.releaseAll();
    sender.pressKey("ShiftLeft", false);
    expect(types()).toEqual(["key ShiftLeft", "button", "releaseAll"]);
  });

  test("closing lets go, and nothing is sent from then on", () => {
    const { sender, types } = openSender();
    sender.pressKey("KeyA", true);
    sender.setOpen(false);
    sender.move(middle);
    sender.pressKey("KeyB", true);
    sender.type("text");
    expect(types()).toEqual(["key KeyA", "releaseAll"]);
  });

  test("a combination begins with nothing pressed", () => {
    const { sender, sent } = openSender();
    sender.pressKey("ControlLeft", true);
    sender.combine(["ControlLeft", "AltLeft", "Delete"]);
    expect(sent.slice(1)).toMatchObject([
      { type: "releaseAll" },
      { type: "combination", codes: ["ControlLeft", "AltLeft", "Delete"] },
    ]);
  });
});

test("text of any length arrives whole, in pieces that cut no character", () => {
  const { sender, sent } = openSender();
  const text = `${"a".repeat(TYPED_TEXT_MAX_LENGTH - 1)}🙂\r\n${"漢".repeat(1500)}`;
  sender.type(text);
  const pieces = sent.map((message) => String(message.text));
  expect(pieces.join("")).toBe(text.replace("\r\n", "\n"));
  // Throws at half a surrogate pair.
  for (const piece of pieces) expect(() => encodeURIComponent(piece)).not.toThrow();
});

describe("the picture", () => {
  test("is told when it is known, when it changes, and to a tool that comes later", () => {
    const { sender, sent } = openSender();
    sender.setPicture({ width: 1920, height: 1080 });
    sender.setPicture({ width: 1920, height: 1080 });
    sender.chooseMonitor("right");
    sender.setOpen(false);
    sender.setPicture({ width: 1280, height: 720 });
    sender.setOpen(true);
    expect(sent.map(({ type, width, monitorId }) => [type, width ?? monitorId])).toEqual([
      ["picture", 1920],
      ["monitor", "right"],
      ["picture", 1280],
      ["monitor", "right"],
    ]);
    sender.forgetMonitor();
    sender.introduce();
    expect(sent.at(-1)?.type).toBe("picture");
  });
});

describe("on a connection that cannot follow", () => {
  test("wheel turns are added up, repetitions left out, and the order kept", () => {
    const { sender, wire, sent } = openSender();
    wire.waitingBytes = WAITING_BYTES_MAX;
    sender.pressKey("KeyA", true);
    sender.pressKey("KeyA", true, true);
    for (let turn = 0; turn < 50; turn += 1) sender.turnWheel(middle, { x: 0, y: 2.5 });
    sender.pressKey("KeyA", false);
    expect(sent).toEqual([]);
    wire.waitingBytes = 0;
    vi.advanceTimersByTime(100);
    expect(sent).toMatchObject([
      { type: "key", down: true },
      { type: "wheel", deltaY: 125 },
      { type: "key", down: false },
    ]);
  });

  test("what waited is dropped with the connection, and nothing counts as pressed", () => {
    const { sender, wire, sent } = openSender();
    wire.waitingBytes = WAITING_BYTES_MAX;
    sender.pressKey("KeyA", true);
    sender.type("never");
    wire.isUp = false;
    wire.waitingBytes = 0;
    vi.advanceTimersByTime(100);
    wire.isUp = true;
    sender.pressKey("KeyA", false);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([]);
  });
});
