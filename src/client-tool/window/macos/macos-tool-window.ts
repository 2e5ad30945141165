import { PanelToolWindow } from "../panel-tool-window";
import { TerminalToolWindow } from "../terminal-tool-window";
import type { ToolLanguage, ToolWindow } from "../tool-window";
import { MacosPanelSurface } from "./macos-panel-surface";
import { DIALOG_SCRIPT, PANEL_SCRIPT } from "./panel-script";

/** The tool's window on the macOS desktop; over SSH, lines in the terminal. */
export async function openMacosToolWindow(
  language: ToolLanguage,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ToolWindow> {
  if (environment.SSH_CONNECTION) return new TerminalToolWindow(language, process.stdin, process.stdout);
  const commands = [PANEL_SCRIPT, DIALOG_SCRIPT].map((script) => [
    "/usr/bin/osascript",
    "-l",
    "JavaScript",
    "-e",
    script,
  ]);
  return new PanelToolWindow(new MacosPanelSurface(commands), language);
}
