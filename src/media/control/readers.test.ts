import { describe, expect, test } from "vitest";
import { ControlSender } from "./control-sender";
import { type KeyEvent, KeyReader } from "./key-reader";
import { PointerReader, wheelPixels } from "./pointer-reader";

function openReaders({ isMac = false } = {}) {
  const sent: string[] = [];
  let waysOut = 0;
  const sender = new ControlSender({
    send: (_label, message) => {
      if (message.type === "key") sent.push(`${message.down ? "+" : "-"}${message.code}`);
      else if (message.type === "button") sent.push(`${message.down ? "+" : "-"}${message.button}`);
      else if (message.type === "text") sent.push(`"${message.text}"`);
      else sent.push(message.type);
      return true;
    },
    waitingBytes: () => 0,
  });
  sender.setOpen(true);
  const keys = new KeyReader({
    sender,
    isMac,
    onWayOut: () => {
      waysOut += 1;
    },
  });
  const key = (type: "keydown" | "keyup", code: string, more: Partial<KeyEvent> = {}) =>
    keys.key({
      type,
      code,
      key: "x",
      keyCode: 0,
      repeat: false,
      isComposing: false,
      getModifierState: () => false,
      ...more,
    });
  const press = (...codes: string[]) => {
    for (const code of codes) key("keydown", code);
    for (const code of codes.toReversed()) key("keyup", code);
  };
  return { sent, sender, keys, key, press, pointer: new PointerReader(sender), waysOut: () => waysOut };
}

describe("the keyboard", () => {
  test("physical keys go as they are, and this browser does not act on them", () => {
    const { key, sent } = openReaders();
    expect(key("keydown", "Tab", { key: "Tab" })).toBe(true);
    expect(key("keyup", "Tab", { key: "Tab" })).toBe(true);
    expect(sent).toEqual(["+Tab", "-Tab"]);
  });

  test("what an input method works on is its own until it is finished", () => {
    const { key, keys, sent } = openReaders();
    expect(key("keydown", "KeyK", { key: "Process", keyCode: 229 })).toBe(false);
    keys.compositionStarted();
    expect(keys.input("か")).toBe(false);
    key("keyup", "KeyK");
    expect(key("keydown", "Enter", { key: "Enter", isComposing: true })).toBe(false);
    keys.compositionEnded("漢字🙂");
    key("keyup", "Enter");
    keys.compositionStarted();
    keys.compositionEnded("");
    expect(sent).toEqual(['"漢字🙂"']);
  });

  test("a dead key is a key: the layout there makes of it what it makes", () => {
    const { key, sent } = openReaders();
    expect(key("keydown", "BracketLeft", { key: "Dead", keyCode: 186 })).toBe(true);
    key("keyup", "BracketLeft");
    expect(sent).toEqual(["+BracketLeft", "-BracketLeft"]);
  });

  test("AltGr on Windows arrives without the Control that Windows puts before it", () => {
    const { key, sent } = openReaders();
    const isAltGraph = { getModifierState: (name: string) => name === "AltGraph" };
    key("keydown", "ControlLeft");
    key("keydown", "AltRight", isAltGraph);
    key("keydown", "ControlLeft", { repeat: true });
    key("keydown", "KeyQ", isAltGraph);
    key("keyup", "KeyQ", isAltGraph);
    key("keyup", "ControlLeft");
    key("keyup", "AltRight");
    expect(sent).toEqual(["+ControlLeft", "-ControlLeft", "+AltRight", "+KeyQ", "-KeyQ", "-AltRight"]);
  });

  test("macOS: no letter stays down after Command, and Caps Lock is a press each time", () => {
    const { key, sent } = openReaders({ isMac: true });
    key("keydown", "MetaLeft");
    key("keydown", "KeyC");
    key("keyup", "MetaLeft");
    key("keydown", "CapsLock");
    key("keyup", "CapsLock");
    expect(sent.slice(0, 4)).toEqual(["+MetaLeft", "+KeyC", "-MetaLeft", "-KeyC"]);
    expect(sent.slice(4)).toEqual(["+CapsLock", "-CapsLock", "+CapsLock", "-CapsLock"]);
  });

  test("text without a key, from an on-screen keyboard or an emoji panel, goes as text", () => {
    const { key, keys, sent } = openReaders();
    expect(key("keydown", "", { key: "a" })).toBe(false);
    expect(keys.input("a")).toBe(true);
    keys.paste("pasted");
    expect(sent).toEqual(['"a"', '"pasted"']);
  });

  test("Control, Alt and Shift alone give the keyboard back; with another key they are the customer's", () => {
    const { press, sent, waysOut } = openReaders();
    press("ControlLeft", "AltLeft", "ShiftLeft", "KeyS");
    expect(waysOut()).toBe(0);
    expect(sent.filter((one) => one === "+KeyS")).toHaveLength(1);
    press("ControlRight", "ShiftLeft", "AltLeft");
    expect(waysOut()).toBe(1);
    press("ControlLeft", "ShiftLeft");
    expect(waysOut()).toBe(1);
  });
});

describe("the mouse", () => {
  const at = { x: 0.25, y: 0.75 };

  test("every button by itself, several at once too", () => {
    const { pointer, sent } = openReaders();
    for (const buttons of [1, 1 | 2, 2, 0, 4, 0, 8, 0, 16, 0]) pointer.take({ buttons }, at);
    expect(sent).toEqual(["+0", "+2", "-0", "-2", "+1", "-1", "+3", "-3", "+4", "-4"]);
  });

  test("a press that the browser takes away is let go", () => {
    const { pointer, sent } = openReaders();
    pointer.take({ buttons: 1 }, at);
    pointer.cancel(at);
    pointer.take({ buttons: 0 }, at);
    expect(sent).toEqual(["+0", "-0", "move"]);
  });

  test("a drag that began elsewhere presses nothing here, nor does one that goes on after the focus was lost", () => {
    const { pointer, sender, sent } = openReaders();
    pointer.enter({ buttons: 1 });
    pointer.take({ buttons: 1 }, at);
    pointer.take({ buttons: 0 }, at);
    expect(sent).toEqual(["move"]);
    pointer.take({ buttons: 1 }, at);
    pointer.forget();
    sender.releaseAll();
    pointer.take({ buttons: 1 }, at);
    pointer.take({ buttons: 0 }, at);
    pointer.take({ buttons: 1 }, at);
    expect(sent.filter((one) => one !== "move")).toEqual(["+0", "releaseAll", "+0"]);
  });

  test("wheels are counted in pixels, whatever the browser counts in", () => {
    expect(wheelPixels({ deltaX: 1, deltaY: -120, deltaMode: 0 })).toEqual({ x: 1, y: -120 });
    expect(wheelPixels({ deltaX: 0, deltaY: 3, deltaMode: 1 }).y).toBeCloseTo(100);
    expect(wheelPixels({ deltaX: 0, deltaY: -1, deltaMode: 2 }).y).toBe(-800);
  });
});
