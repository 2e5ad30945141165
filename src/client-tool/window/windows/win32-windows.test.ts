import koffi from "koffi";
import { expect, test } from "vitest";
import { colorRef } from "./gdi-painter";
import { declareWindows, structs } from "./win32-windows";

test.each([
  ["WNDCLASSEXW", 80],
  ["MSG", 48],
  ["DRAWITEMSTRUCT", 64],
] as const)("%s has the size that 64-bit Windows expects", (name, size) => {
  expect(koffi.sizeof(structs[name])).toBe(size);
});

test("members are where Windows looks for them", () => {
  expect(koffi.offsetof(structs.WNDCLASSEXW, "lpfnWndProc")).toBe(8);
  expect(koffi.offsetof(structs.WNDCLASSEXW, "lpszClassName")).toBe(64);
  expect(koffi.offsetof(structs.DRAWITEMSTRUCT, "hDC")).toBe(32);
  expect(koffi.offsetof(structs.DRAWITEMSTRUCT, "rcItem")).toBe(40);
});

test("every declaration can be read", () => {
  const declared = new Set<string>();
  declareWindows((library, name, result, parameters) => {
    koffi.proto(result, parameters);
    declared.add(`${library} ${name}`);
    return () => {
      throw new Error(`${name} is not here`);
    };
  });
  expect(declared).toContain("gdi32.dll RoundRect");
});

test("GDI has blue first", () => {
  expect(colorRef(0x2d54a0)).toBe(0xa0542d);
});
