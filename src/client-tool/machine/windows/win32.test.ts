import koffi from "koffi";
import { expect, test } from "vitest";
import { type Declare, declareWin32, structs } from "./win32";

test.each([
  ["POINT", 8],
  ["RECT", 16],
  ["MONITORINFOEXW", 104],
  ["DISPLAY_DEVICEW", 840],
  ["MOUSE_INPUT", 40],
  ["KEY_INPUT", 40],
  ["LASTINPUTINFO", 8],
] as const)("%s has the size that 64-bit Windows expects", (name, size) => {
  expect(koffi.sizeof(structs[name])).toBe(size);
});

test("members are where Windows looks for them", () => {
  const { MOUSE_INPUT, KEY_INPUT, MONITORINFOEXW, WTSINFOEXW } = structs;
  expect(offsets(MOUSE_INPUT, ["dx", "dy", "mouseData", "dwFlags", "time", "dwExtraInfo"])).toEqual([
    8, 12, 16, 20, 24, 32,
  ]);
  expect(offsets(KEY_INPUT, ["wVk", "wScan", "dwFlags", "time", "dwExtraInfo"])).toEqual([8, 10, 12, 16, 24]);
  expect(offsets(MONITORINFOEXW, ["rcMonitor", "rcWork", "dwFlags", "szDevice"])).toEqual([4, 20, 36, 40]);
  expect(offsets(WTSINFOEXW, ["SessionId", "SessionState", "SessionFlags"])).toEqual([8, 12, 16]);
});

test("every declaration can be read", () => {
  const declared: string[] = [];
  const read: Declare = (library, name, result, parameters) => {
    koffi.proto(result, parameters);
    declared.push(`${library} ${name}`);
    return () => {
      throw new Error(`${name} is not here`);
    };
  };
  declareWin32(read);
  expect(declared).toContain("user32.dll SendInput");
  expect(declared.every((one) => /^[a-z0-9]+\.dll [A-Z]\w+$/.test(one))).toBe(true);
});

function offsets(struct: (typeof structs)[keyof typeof structs], members: string[]): number[] {
  return members.map((member) => koffi.offsetof(struct, member));
}
