// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";
import { type KeyPress, shortcutOf } from "./shortcuts";

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    repeat: false,
    isComposing: false,
    defaultPrevented: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    target: document.body,
    ...more,
  };
}

function inside(html: string): Element {
  document.body.innerHTML = html;
  const target = document.querySelector("[data-target]");
  if (!target) throw new Error("The markup has no target");
  return target;
}

describe("shortcutOf", () => {
  afterEach(() => {
    document.body.innerHTML = "";
  });

  it.each([
    ["n", "issue"],
    ["N", "issue"],
    ["ｎ", "issue"],
    ["a", "accept"],
    ["?", "help"],
    ["x", null],
    ["Enter", null],
  ])("%s means %s", (key, action) => {
    expect(shortcutOf(press(key), document)).toBe(action);
  });

  it.each([
    ["held down", { repeat: true }],
    ["in an input method", { isComposing: true }],
    ["handled by something else", { defaultPrevented: true }],
    ["with Ctrl, which is the browser's", { ctrlKey: true }],
    ["with Command", { metaKey: true }],
    ["with Alt", { altKey: true }],
  ])("is off %s", (_case, more) => {
    expect(shortcutOf(press("n", more), document)).toBeNull();
  });

  it.each([
    "<input data-target>",
    "<textarea data-target></textarea>",
    "<select data-target></select>",
    '<div contenteditable="true"><b data-target>text</b></div>',
  ])("is off in %s", (html) => {
    const target = inside(html);
    expect(shortcutOf(press("n", { target }), document)).toBeNull();
  });

  it("is on when a button has the focus", () => {
    const target = inside("<button data-target>Copy</button>");
    expect(shortcutOf(press("n", { target }), document)).toBe("issue");
  });

  it.each([
    '<div role="dialog" data-state="open" data-target></div>',
    '<div role="alertdialog" data-state="open" data-target></div>',
    '<div role="menu" data-state="open" data-target></div>',
    "<dialog open data-target></dialog>",
  ])("is off while %s is on the page", (html) => {
    inside(html);
    expect(shortcutOf(press("n"), document)).toBeNull();
  });
});
