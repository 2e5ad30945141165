import { declareHere } from "../machine/windows/win32";

/** HKEY_LOCAL_MACHINE, sign-extended as the header has it. */
const LOCAL_MACHINE = -0x8000_0000;
/** RRF_RT_REG_SZ */
const TEXT = 2;

/** The name of the installed feature update, such as `23H2`; empty where Windows keeps none. */
export function readWindowsRelease(): string {
  const getValue = declareHere("advapi32.dll", "RegGetValueW", "int32", [
    "intptr",
    "str16",
    "str16",
    "uint32",
    "void *",
    "void *",
    "void *",
  ]) as (
    root: number,
    key: string,
    name: string,
    kind: number,
    type: null,
    value: Buffer,
    bytes: Uint32Array,
  ) => number;
  const value = Buffer.alloc(128);
  const bytes = new Uint32Array([value.length]);
  const key = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
  if (getValue(LOCAL_MACHINE, key, "DisplayVersion", TEXT, null, value, bytes) !== 0) return "";
  return value.toString("utf16le", 0, Math.max((bytes[0] ?? 0) - 2, 0));
}
