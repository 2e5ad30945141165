import type { DesktopEnvironment } from "../../machine/linux/environment";
import { PanelToolWindow } from "../panel-tool-window";
import { TerminalToolWindow } from "../terminal-tool-window";
import type { ToolLanguage, ToolWindow } from "../tool-window";
import { PanelWindow } from "./panel-window";

/**
 * The tool's window on an X display, or lines in the terminal where there is none or where Cairo and Pango are not installed.
 *
 * @param environment DISPLAY and what tells of the desktop; this process's own unless a test says otherwise
 */
export async function openLinuxToolWindow(
  language: ToolLanguage,
  environment: DesktopEnvironment = process.env,
): Promise<ToolWindow> {
  const displayName = environment.DISPLAY;
  if (!displayName) return new TerminalToolWindow(language, process.stdin, process.stdout);
  try {
    return new PanelToolWindow(new PanelWindow(displayName, environment, language), language);
  } catch {
    return new TerminalToolWindow(language, process.stdin, process.stdout);
  }
}
