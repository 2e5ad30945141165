import type { ToolLanguage, ToolWindow } from "./tool-window";

/**
 * The tool's window. Only its own platform's code is loaded.
 *
 * @throws on systems that the tool is not made for
 */
export async function openToolWindow(language: ToolLanguage): Promise<ToolWindow> {
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
