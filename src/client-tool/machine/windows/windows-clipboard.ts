import { setTimeout as delay } from "node:timers/promises";
import { CLIPBOARD_MAX_LENGTH } from "@/protocol/control";
import { MachineError } from "../machine";
import type { Win32 } from "./win32";

/** CF_UNICODETEXT */
const UNICODE_TEXT = 13;
/** GMEM_MOVEABLE */
const MOVEABLE = 2;
/** HWND_MESSAGE: a window that nobody sees. */
const MESSAGES_ONLY = -3;

/** Only one program at a time may have the clipboard open; the others hold it for moments. */
const OPEN_TRIES = 10;
const OPEN_PAUSE_MS = 20;

/** Twice the longest, since CR LF becomes LF: what is cut here is still too long afterwards. */
const READ_MAX_UNITS = 2 * (CLIPBOARD_MAX_LENGTH + 1);

/** @throws MachineError when another program does not let go of the clipboard */
export async function readWindowsClipboard(win32: Win32): Promise<string | null> {
  if (win32.isClipboardFormatAvailable(UNICODE_TEXT) === 0) return null;
  await openClipboard(win32, null);
  try {
    const memory = win32.getClipboardData(UNICODE_TEXT);
    const address = win32.globalLock(memory);
    if (!address) return null;
    try {
      const units = Math.min(Math.floor(Number(win32.globalSize(memory)) / 2), READ_MAX_UNITS);
      const bytes = Buffer.alloc(units * 2);
      win32.copyOut(bytes, address, bytes.length);
      const text = bytes.toString("utf16le");
      const end = text.indexOf("\0");
      return (end === -1 ? text : text.slice(0, end)).replaceAll("\r\n", "\n");
    } finally {
      win32.globalUnlock(memory);
    }
  } finally {
    win32.closeClipboard();
  }
}

/** @throws MachineError when another program does not let go of the clipboard, or memory is short */
export async function writeWindowsClipboard(win32: Win32, text: string): Promise<void> {
  // Emptying the clipboard takes an owner. It goes away at once again: whoever fills the clipboard next would have to wait for its answer.
  const owner = win32.createMessageWindow(0, "STATIC", "", 0, 0, 0, 0, 0, MESSAGES_ONLY, null, null, null);
  try {
    await openClipboard(win32, owner);
    try {
      win32.emptyClipboard();
      const bytes = Buffer.from(`${text.replaceAll(/\r?\n/g, "\r\n")}\0`, "utf16le");
      const memory = win32.globalAlloc(MOVEABLE, bytes.length);
      const address = win32.globalLock(memory);
      if (!address) throw new MachineError("failed", "GlobalLock gave no memory for the clipboard");
      win32.copyIn(address, bytes, bytes.length);
      win32.globalUnlock(memory);
      if (!win32.setClipboardData(UNICODE_TEXT, memory)) {
        win32.globalFree(memory);
        throw new MachineError("failed", "SetClipboardData refused");
      }
    } finally {
      win32.closeClipboard();
    }
  } finally {
    win32.destroyWindow(owner);
  }
}

async function openClipboard(win32: Win32, owner: bigint | null): Promise<void> {
  for (let tries = 0; tries < OPEN_TRIES; tries += 1) {
    if (win32.openClipboard(owner) !== 0) return;
    await delay(OPEN_PAUSE_MS);
  }
  throw new MachineError("failed", "another program does not let go of the clipboard");
}
