import { declareHere } from "../machine/windows/win32";

/** GetDriveType: what has a medium of its own. */
const [REMOVABLE, FIXED] = [2, 3];

/** The letters of the machine's own drives, as `C:\`. Asking Windows for their kind wakes up neither network drives nor empty readers. */
export function windowsDrives(): string[] {
  const logicalDrives = declareHere("kernel32.dll", "GetLogicalDrives", "uint32", []) as () => number;
  const kindOf = declareHere("kernel32.dll", "GetDriveTypeW", "uint32", ["str16"]) as (
    drive: string,
  ) => number;
  const letters = logicalDrives();
  return Array.from({ length: 26 }, (_, index) => index)
    .filter((index) => (letters & (1 << index)) !== 0)
    .map((index) => `${String.fromCharCode(65 + index)}:\\`)
    .filter((drive) => [REMOVABLE, FIXED].includes(kindOf(drive)));
}
