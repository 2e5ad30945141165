import type { TextClipboard } from "./clipboard-exchange";

/** The clipboard as browsers give it to pages; null without HTTPS, or where there is none. */
export function browserClipboard(): TextClipboard | null {
  // The standard library says that it is always there; without HTTPS it is not.
  const { clipboard }: { clipboard?: Clipboard } = navigator;
  if (!clipboard) return null;
  return {
    readText: () => clipboard.readText(),
    writeText: (text) => clipboard.writeText(text),
    canReadUnasked,
  };
}

/** Chromium asks once and remembers; Firefox and Safari ask at every look, which only a press may cause. */
async function canReadUnasked(): Promise<boolean> {
  try {
    // Not every browser knows this name, and those throw.
    const { state } = await navigator.permissions.query({ name: "clipboard-read" as PermissionName });
    return state === "granted";
  } catch {
    return false;
  }
}
