import { becomeDpiAware } from "../../machine/windows/dpi-awareness";
import { PanelToolWindow } from "../panel-tool-window";
import { TerminalToolWindow } from "../terminal-tool-window";
import type { ToolLanguage, ToolWindow } from "../tool-window";
import { openWin32Windows, type Win32Windows } from "./win32-windows";
import { WindowsPanelSurface } from "./windows-panel-surface";

const HIDE = 0;

/** The tool's window on the Windows desktop, or lines in the terminal where there is none. */
export async function openWindowsToolWindow(language: ToolLanguage): Promise<ToolWindow> {
  try {
    becomeDpiAware();
    const win32 = openWin32Windows();
    const surface = new WindowsPanelSurface(win32, language);
    hideOwnConsole(win32);
    return new PanelToolWindow(surface, language);
  } catch {
    return new TerminalToolWindow(language, process.stdin, process.stdout);
  }
}

/** Started by a double click, a console program gets a console of its own, which nobody needs beside the window. */
function hideOwnConsole(win32: Win32Windows): void {
  const processIds = Buffer.alloc(8);
  if (win32.consoleProcesses(processIds, 2) !== 1) return;
  const console = win32.consoleWindow();
  if (console) win32.showWindow(console, HIDE);
}
