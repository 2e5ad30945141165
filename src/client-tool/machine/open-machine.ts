import { type Machine, MachineError } from "./machine";

/**
 * The machine that the tool runs on. Only its own platform's code is loaded, and with it only libraries that are there.
 *
 * @throws MachineError on systems that the tool is not made for, and where a library of the system is missing
 */
export async function openMachine(): Promise<Machine> {
  switch (process.platform) {
    case "linux": {
      const { openLinuxMachine } = await import("./linux/linux-machine");
      return openLinuxMachine();
    }
    case "win32": {
      const { openWindowsMachine } = await import("./windows/windows-machine");
      return openWindowsMachine();
    }
    case "darwin": {
      const { openMacosMachine } = await import("./macos/macos-machine");
      return openMacosMachine();
    }
    default:
      throw new MachineError("failed", `the Client Tool is not made for ${process.platform}`);
  }
}
