import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CLIPBOARD_MAX_LENGTH, type ClipboardMessage } from "@/protocol/control";
import { RecordingMachine } from "../testing/recording-machine";
import { ClipboardExchange } from "./clipboard-exchange";

let machine: RecordingMachine;
let clipboard: ClipboardExchange;
let sent: ClipboardMessage[];

beforeEach(() => {
  vi.useFakeTimers();
  machine = new RecordingMachine();
  sent = [];
  clipboard = new ClipboardExchange({ machine, send: (message) => sent.push(message) });
});

afterEach(() => {
  clipboard.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Everything that was begun is done. */
const settled = () => vi.advanceTimersByTimeAsync(0);

test("nothing is read, written or told without the permission", async () => {
  machine.clipboard = "secret";
  clipboard.hear({ type: "ask" });
  clipboard.hear({ type: "text", text: "theirs" });
  clipboard.hear({ type: "follow", isOn: true });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sent).toEqual([]);
  expect(machine.clipboard).toBe("secret");
});

test.each<[string | null, ClipboardMessage]>([
  ["こんにちは", { type: "text", text: "こんにちは" }],
  [null, { type: "empty" }],
  ["", { type: "empty" }],
  ["x".repeat(CLIPBOARD_MAX_LENGTH), { type: "text", text: "x".repeat(CLIPBOARD_MAX_LENGTH) }],
  ["x".repeat(CLIPBOARD_MAX_LENGTH + 1), { type: "tooLong" }],
])("asked for, it is told once", async (text, answer) => {
  clipboard.setPermitted(true);
  machine.clipboard = text;
  clipboard.hear({ type: "ask" });
  await settled();
  expect(sent).toEqual([answer]);
});

test("a clipboard that cannot be read is told as empty, and the next question is answered", async () => {
  clipboard.setPermitted(true);
  vi.spyOn(machine, "readClipboard").mockRejectedValueOnce(new Error("the owner does not answer"));
  machine.clipboard = "later";
  clipboard.hear({ type: "ask" });
  clipboard.hear({ type: "ask" });
  await settled();
  expect(sent).toEqual([{ type: "empty" }, { type: "text", text: "later" }]);
});

test("followed, every change is told once, and no echo of what was written", async () => {
  clipboard.setPermitted(true);
  machine.clipboard = "from before";
  clipboard.hear({ type: "follow", isOn: true });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent).toEqual([]);
  machine.clipboard = "copied";
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent).toEqual([{ type: "text", text: "copied" }]);
  clipboard.hear({ type: "text", text: "the operator's" });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(machine.clipboard).toBe("the operator's");
  expect(sent).toHaveLength(1);
  clipboard.hear({ type: "follow", isOn: false });
  machine.clipboard = "unseen";
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent).toHaveLength(1);
});

test("what is copied while it is not permitted is never told", async () => {
  clipboard.setPermitted(true);
  clipboard.hear({ type: "follow", isOn: true });
  await vi.advanceTimersByTimeAsync(2_000);
  clipboard.setPermitted(false);
  machine.clipboard = "a password";
  await vi.advanceTimersByTimeAsync(3_000);
  clipboard.setPermitted(true);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent).toEqual([]);
  machine.clipboard = "public";
  await vi.advanceTimersByTimeAsync(1_500);
  expect(sent).toEqual([{ type: "text", text: "public" }]);
});

test("what was being read when the permission went is not told", async () => {
  clipboard.setPermitted(true);
  let finish: (text: string) => void = () => {};
  const read = new Promise<string>((resolve) => {
    finish = resolve;
  });
  vi.spyOn(machine, "readClipboard").mockReturnValueOnce(read);
  clipboard.hear({ type: "ask" });
  await settled();
  clipboard.setPermitted(false);
  finish("late");
  await settled();
  expect(sent).toEqual([]);
});
