import { type ControlObstacle, type Monitor, type ToolPlatform, toolPlatforms } from "@/protocol/control";
import { type Machine, MachineError } from "../machine/machine";

/** The machine where it cannot be had: the tool joins all the same, so that both sides learn what is in the way. */
export class AbsentMachine implements Machine {
  readonly platform: ToolPlatform;
  readonly #obstacle: ControlObstacle;

  constructor(obstacle: ControlObstacle) {
    this.#obstacle = obstacle;
    this.platform = thisPlatform();
  }

  obstacle(): ControlObstacle {
    return this.#obstacle;
  }

  monitors(): Monitor[] {
    return [];
  }

  movePointer(): void {
    throw this.#refusal;
  }

  pointer(): { x: number; y: number } {
    throw this.#refusal;
  }

  pressButton(): void {
    throw this.#refusal;
  }

  scroll(): void {
    throw this.#refusal;
  }

  pressKey(): boolean {
    throw this.#refusal;
  }

  typeText(): void {
    throw this.#refusal;
  }

  isEscapeDown(): boolean {
    return false;
  }

  async readClipboard(): Promise<string | null> {
    throw this.#refusal;
  }

  async writeClipboard(): Promise<void> {
    throw this.#refusal;
  }

  close(): void {}

  get #refusal(): MachineError {
    return new MachineError(this.#obstacle, "there is no machine to control");
  }
}

/** What this process runs on, as the protocol calls it. */
export function thisPlatform(): ToolPlatform {
  const names: Record<string, ToolPlatform> = { win32: "windows", darwin: "macos", linux: "linux" };
  return names[process.platform] ?? toolPlatforms[2];
}
