import koffi from "koffi";
import type { ControlObstacle } from "@/protocol/control";
import { type Handle, structs, type Win32 } from "./win32";

const DESKTOP_READ_OBJECTS = 0x0001;
/** UOI_NAME */
const OBJECT_NAME = 2;
/** The desktop on which everything of the person's runs; a UAC prompt and the sign-in screen have one of their own. */
const PERSONS_DESKTOP = "Default";

const CURRENT_SESSION = 0xffff_ffff;
/** WTSSessionInfoEx */
const SESSION_INFO = 25;
const SESSION_ACTIVE = 0;
/** WTS_SESSIONSTATE_LOCK; Windows 7 had it the other way round. */
const SESSION_LOCKED = 0;

const QUERY_LIMITED_INFORMATION = 0x1000;
const TOKEN_QUERY = 0x0008;
/** TokenIntegrityLevel */
const INTEGRITY_LEVEL = 25;
const MEDIUM_INTEGRITY = 0x2000;

/**
 * Why Windows would not let input through just now. It says so itself nowhere (SendInput reports success when a program with more
 * rights is in front), so it is asked about: the session's lock, the desktop that has the keyboard, and the rights of the program in front.
 */
export class WindowsObstacle {
  readonly #win32: Win32;
  readonly #ownIntegrity: number;

  constructor(win32: Win32) {
    this.#win32 = win32;
    this.#ownIntegrity = integrityOf(win32, win32.getCurrentProcess()) ?? MEDIUM_INTEGRITY;
  }

  find(): ControlObstacle | null {
    if (this.#isLocked()) return "locked";
    const desktop = this.#inputDesktop();
    // Nobody but the system may open the desktop of a UAC prompt.
    if (desktop === null) return "secure_prompt";
    if (/^screen-?saver$/i.test(desktop)) return "locked";
    if (desktop !== PERSONS_DESKTOP) return "secure_prompt";
    return this.#isElevatedInFront() ? "secure_prompt" : null;
  }

  #isLocked(): boolean {
    const info: Handle[] = [null];
    const bytes = [0];
    if (this.#win32.querySessionInformation(null, CURRENT_SESSION, SESSION_INFO, info, bytes) === 0)
      return false;
    const [address] = info;
    if (!address) return false;
    try {
      const session = koffi.decode(address, structs.WTSINFOEXW);
      if (session.Level !== 1) return false;
      return session.SessionState !== SESSION_ACTIVE || session.SessionFlags === SESSION_LOCKED;
    } finally {
      this.#win32.freeSessionInformation(address);
    }
  }

  /** The name of the desktop that has the keyboard, or null when it may not be known. */
  #inputDesktop(): string | null {
    const desktop = this.#win32.openInputDesktop(0, 0, DESKTOP_READ_OBJECTS);
    if (!desktop) return null;
    try {
      const name = Buffer.alloc(256);
      const bytes = [0];
      if (this.#win32.getUserObjectInformation(desktop, OBJECT_NAME, name, name.length, bytes) === 0)
        return null;
      return name.toString("utf16le", 0, Math.max((bytes[0] ?? 0) - 2, 0));
    } finally {
      this.#win32.closeDesktop(desktop);
    }
  }

  /** Windows lets no program type into one that has more rights (User Interface Privilege Isolation). */
  #isElevatedInFront(): boolean {
    const window = this.#win32.getForegroundWindow();
    const processId = [0];
    if (!window || this.#win32.getWindowThreadProcessId(window, processId) === 0) return false;
    const process = this.#win32.openProcess(QUERY_LIMITED_INFORMATION, 0, processId[0] ?? 0);
    // It may have ended meanwhile.
    if (!process) return false;
    try {
      const integrity = integrityOf(this.#win32, process);
      // The token of a program with more rights may not be looked at.
      return integrity === null || integrity > this.#ownIntegrity;
    } finally {
      this.#win32.closeHandle(process);
    }
  }
}

/** @returns the level of SECURITY_MANDATORY_…_RID, or null when it may not be known */
function integrityOf(win32: Win32, process: Handle): number | null {
  const token: Handle[] = [null];
  if (win32.openProcessToken(process, TOKEN_QUERY, token) === 0) return null;
  try {
    const label = Buffer.alloc(128);
    if (win32.getTokenInformation(token[0] ?? null, INTEGRITY_LEVEL, label, label.length, [0]) === 0)
      return null;
    return integrityFromLabel(label, koffi.address(label));
  } finally {
    win32.closeHandle(token[0] ?? null);
  }
}

/**
 * Reads TOKEN_MANDATORY_LABEL: a pointer to a SID that follows in the same memory, whose last part is the level.
 *
 * @param address where the label was written to
 */
export function integrityFromLabel(label: Buffer, address: bigint): number | null {
  const sid = Number(label.readBigUInt64LE(0) - address);
  if (sid < 16 || sid + 8 > label.length) return null;
  const parts = label.readUInt8(sid + 1);
  const last = sid + 8 + 4 * (parts - 1);
  return parts < 1 || last + 4 > label.length ? null : label.readUInt32LE(last);
}
