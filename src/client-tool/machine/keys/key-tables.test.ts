import { expect, test } from "vitest";
import { evdevKeys } from "./evdev-keys";
import { macosKeyCodes, missingOnMacos } from "./macos-key-codes";
import { EXTENDED, missingOnWindows, windowsScanCodes, windowsVirtualKeys } from "./windows-scan-codes";

test.each([
  ["Windows", windowsScanCodes, missingOnWindows],
  ["macOS", macosKeyCodes, missingOnMacos],
])("every key of the Linux table has a place on %s or a reason why not", (_, table, missing) => {
  const lost = [...evdevKeys.keys()].filter((code) => !table.has(code) && !(code in missing));
  expect(lost).toEqual([]);
  expect([...table.keys()].filter((code) => code in missing)).toEqual([]);
});

test("no two codes press the same key of Windows", () => {
  const codes = [...windowsScanCodes.keys()].filter((code) => !oldNames.has(code));
  expect(new Set(codes.map((code) => windowsScanCodes.get(code))).size).toBe(codes.length);
});

/** What browsers called keys before, or call the same key elsewhere. */
const oldNames = new Set([
  "IntlHash",
  "OSLeft",
  "OSRight",
  "VolumeMute",
  "VolumeDown",
  "VolumeUp",
  "LaunchCalculator",
]);
/** On Macs these stand in for others, each for a stated reason. */
const standIns = new Set(["Help", "PrintScreen", "ScrollLock", "Pause", "NonConvert", "Convert", "KanaMode"]);

test("no two codes press the same key of macOS, but for the ones that stand in for others", () => {
  const codes = [...macosKeyCodes.keys()].filter((code) => !oldNames.has(code) && !standIns.has(code));
  expect(new Set(codes.map((code) => macosKeyCodes.get(code))).size).toBe(codes.length);
});

test("up to F12 Windows' scan codes are the ones that Linux has numbered its keys by", () => {
  // Linux took the codes of the PC/AT keyboard for its own; Pause and NumLock changed places on Windows.
  const F12 = 88;
  const compared = [...evdevKeys].filter(
    ([code, key]) => key <= F12 && !["NumLock", "Lang5", "IntlHash"].includes(code),
  );
  expect(compared.length).toBeGreaterThan(80);
  expect(compared.filter(([code, key]) => windowsScanCodes.get(code) !== key)).toEqual([]);
});

test("the keys that came with the extended keyboard follow E0", () => {
  const extended = [...windowsScanCodes].flatMap(([code, scan]) => ((scan & EXTENDED) === 0 ? [] : code));
  expect(extended).toEqual(
    expect.arrayContaining([
      "ControlRight",
      "AltRight",
      "MetaLeft",
      "MetaRight",
      "NumpadEnter",
      "NumpadDivide",
      "Insert",
    ]),
  );
  expect(extended).not.toContain("Enter");
  for (const code of windowsScanCodes.values()) expect(code & 0xff).toBeLessThan(0x80);
  expect([...windowsVirtualKeys.keys()].every((code) => windowsScanCodes.has(code))).toBe(true);
});

test("the keys of Japanese keyboards are there", () => {
  for (const code of [
    "IntlYen",
    "IntlRo",
    "Convert",
    "NonConvert",
    "KanaMode",
    "Lang1",
    "Lang2",
    "Backquote",
  ]) {
    expect(windowsScanCodes.get(code), code).toBeDefined();
    expect(macosKeyCodes.get(code), code).toBeDefined();
  }
});

test("what every object has is no key", () => {
  // The operator's console sends names of letters; these are such names too.
  for (const code of ["constructor", "toString", "valueOf"]) {
    expect(windowsScanCodes.has(code)).toBe(false);
    expect(macosKeyCodes.has(code)).toBe(false);
  }
});
