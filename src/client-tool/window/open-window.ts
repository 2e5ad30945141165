import { TerminalToolWindow } from "./terminal-tool-window";
import type { ToolLanguage, ToolWindow } from "./tool-window";

/** The tool's window; lines in the terminal where the system lets the tool load nothing to draw one with. */
export async function openToolWindow(language: ToolLanguage): Promise<ToolWindow> {
  try {
    return await openSystemsWindow(language);
  } catch {
    return new TerminalToolWindow(language, process.stdin, process.stdout);
  }
}

/** Only the platform's own code is loaded. @throws on systems that the tool is not made for */
async function openSystemsWindow(language: ToolLanguage): Promise<ToolWindow> {
  switch (process.platform) {
    case "linux": {
      const { openLinuxToolWindow } = await import("./linux/linux-tool-window");
      return openLinuxToolWindow(language);
    }
    case "win32": {
      const { openWindowsToolWindow } = await import("./windows/windows-tool-window");
      return openWindowsToolWindow(language);
    }
    case "darwin": {
      const { openMacosToolWindow } = await import("./macos/macos-tool-window");
      return openMacosToolWindow(language);
    }
    default:
      throw new Error(`The Client Tool is not made for ${process.platform}.`);
  }
}
