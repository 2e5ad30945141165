import type { ToolPlatform } from "@/protocol/control";

/** A combination that the operator's own system or browser would take for itself. */
export interface Combination {
  readonly codes: readonly string[];
  /** As it is printed on that system's keyboards. */
  readonly keys: string;
}

const common: readonly Combination[] = [
  { codes: ["ControlLeft", "AltLeft", "Delete"], keys: "Ctrl + Alt + Delete" },
  { codes: ["ControlLeft", "ShiftLeft", "Escape"], keys: "Ctrl + Shift + Esc" },
  { codes: ["AltLeft", "Tab"], keys: "Alt + Tab" },
  { codes: ["AltLeft", "F4"], keys: "Alt + F4" },
  { codes: ["ControlLeft", "Escape"], keys: "Ctrl + Esc" },
  { codes: ["PrintScreen"], keys: "Print Screen" },
];

const combinationsOf: Readonly<Record<ToolPlatform, readonly Combination[]>> = {
  windows: [
    ...common,
    { codes: ["MetaLeft"], keys: "Windows" },
    { codes: ["MetaLeft", "KeyD"], keys: "Windows + D" },
    { codes: ["MetaLeft", "KeyE"], keys: "Windows + E" },
    { codes: ["MetaLeft", "KeyR"], keys: "Windows + R" },
    { codes: ["MetaLeft", "KeyI"], keys: "Windows + I" },
    { codes: ["MetaLeft", "KeyL"], keys: "Windows + L" },
  ],
  linux: [
    ...common,
    { codes: ["MetaLeft"], keys: "Super" },
    { codes: ["MetaLeft", "KeyL"], keys: "Super + L" },
    { codes: ["ControlLeft", "AltLeft", "KeyT"], keys: "Ctrl + Alt + T" },
  ],
  macos: [
    { codes: ["MetaLeft", "Space"], keys: "⌘ Space" },
    { codes: ["MetaLeft", "Tab"], keys: "⌘ Tab" },
    { codes: ["MetaLeft", "KeyQ"], keys: "⌘ Q" },
    { codes: ["MetaLeft", "KeyW"], keys: "⌘ W" },
    { codes: ["MetaLeft", "AltLeft", "Escape"], keys: "⌥ ⌘ Esc" },
    { codes: ["ControlLeft", "MetaLeft", "KeyQ"], keys: "⌃ ⌘ Q" },
    { codes: ["ShiftLeft", "MetaLeft", "Digit3"], keys: "⇧ ⌘ 3" },
    { codes: ["ShiftLeft", "MetaLeft", "Digit4"], keys: "⇧ ⌘ 4" },
    { codes: ["ControlLeft", "ArrowUp"], keys: "⌃ ↑" },
  ],
};

/** The combinations of the customer's system; of one that has not told what it is, those that most systems know. */
export function combinationsFor(platform: ToolPlatform | null): readonly Combination[] {
  return platform ? combinationsOf[platform] : common;
}
