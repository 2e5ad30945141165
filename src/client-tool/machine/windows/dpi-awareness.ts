import { declareHere, HANDLE } from "./win32";

/** DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2 (Windows 10 1703) and DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE (1607). */
const PER_MONITOR_V2 = -4n;
const PER_MONITOR = -3n;

/**
 * Makes a pixel a pixel: without it Windows tells a program made-up coordinates on scaled monitors. Before the first window and the
 * first question about coordinates. A manifest may have settled it for the process already, so it is said for this thread too.
 */
export function becomeDpiAware(): void {
  for (const name of ["SetProcessDpiAwarenessContext", "SetThreadDpiAwarenessContext"]) {
    try {
      const set = declareHere("user32.dll", name, "intptr", [HANDLE]) as (context: bigint) => number | bigint;
      for (const context of [PER_MONITOR_V2, PER_MONITOR]) if (Number(set(context)) !== 0) break;
    } catch {
      // Before Windows 10 1607 there is no such function: one scaling for all monitors, which is what programs are told anyway.
    }
  }
}
