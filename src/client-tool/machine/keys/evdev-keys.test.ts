import { expect, test } from "vitest";
import { keyCodeSchema } from "@/protocol/control";
import { EVDEV_TO_X, evdevKeys } from "./evdev-keys";

test("every name is one that the protocol carries, and every key one that the kernel can have", () => {
  for (const [code, key] of evdevKeys) {
    expect(keyCodeSchema.safeParse(code).success, code).toBe(true);
    expect(key, code).toBeGreaterThan(0);
  }
});

test("the keys that X places on a PC's keyboard are where it has them", () => {
  // As xmodmap -pke prints them with the rules evdev: Esc, A, left Shift, the space bar, yen, ro, henkan, muhenkan, kana, right Super.
  const places = {
    Escape: 9,
    KeyA: 38,
    ShiftLeft: 50,
    Space: 65,
    IntlYen: 132,
    IntlRo: 97,
    Convert: 100,
    NonConvert: 102,
    KanaMode: 101,
    MetaRight: 134,
  };
  for (const [code, keycode] of Object.entries(places)) {
    expect((evdevKeys.get(code) ?? 0) + EVDEV_TO_X, code).toBe(keycode);
  }
});

test("only names for the same key share one", () => {
  const shared = new Map<number, string[]>();
  for (const [code, key] of evdevKeys) shared.set(key, [...(shared.get(key) ?? []), code]);
  const doubles = [...shared.values()].filter((codes) => codes.length > 1).map((codes) => codes.join(" "));
  expect(doubles).toEqual([
    "Backslash IntlHash",
    "MetaLeft OSLeft",
    "MetaRight OSRight",
    "AudioVolumeMute VolumeMute",
    "AudioVolumeDown VolumeDown",
    "AudioVolumeUp VolumeUp",
    "LaunchApp2 LaunchCalculator",
  ]);
});
