// @vitest-environment jsdom
import { afterEach, expect, test } from "vitest";
import { toolKeyOf } from "./tool-keys";

const press = (key: string, more: Partial<Parameters<typeof toolKeyOf>[0]> = {}) =>
  toolKeyOf({
    key,
    repeat: false,
    isComposing: false,
    defaultPrevented: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    target: document.body,
    ...more,
  });

afterEach(() => {
  document.body.replaceChildren();
});

test("a letter is a tool, in either case and in full width", () => {
  expect(press("p")).toBe("pointer");
  expect(press("D")).toBe("pen");
  expect(press("ｐ")).toBe("pointer");
  expect(press("1")).toBe("actual");
  expect(press("q")).toBeNull();
});

test("text, a browser's shortcut and a key held down are not", () => {
  const field = document.createElement("textarea");
  document.body.append(field);
  expect(press("p", { target: field })).toBeNull();
  expect(press("p", { ctrlKey: true })).toBeNull();
  expect(press("c", { metaKey: true })).toBeNull();
  expect(press("p", { repeat: true })).toBeNull();
  expect(press("p", { isComposing: true })).toBeNull();
});

test("a question that is open keeps its keys", () => {
  document.body.innerHTML = '<div role="alertdialog"><button>End session</button></div>';
  expect(press("c", { target: document.querySelector("button") })).toBeNull();
});

test("a colour that has the focus does not", () => {
  document.body.innerHTML = '<input type="radio" />';
  expect(press("c", { target: document.querySelector("input") })).toBe("clear");
});
