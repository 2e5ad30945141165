import type { Monitor } from "@/protocol/control";
import type { SeenMonitor } from "../machine/machine";
import { hasShape, type PictureSize, type SurfaceHint, sharedMonitor } from "./shared-monitor";

/** What one message of the protocol holds. */
const MONITORS_MAX = 16;

interface MonitorChoiceOptions {
  /** The monitors as they are now. @throws MachineError */
  read: () => SeenMonitor[];
  /** The monitors are others, or another one is taken to be shown. */
  onChange: () => void;
}

/**
 * Which of the monitors that the machine has is the one that is seen, by all that is said of it: by the operator, by the customer's page
 * and by the picture's size.
 */
export class MonitorChoice {
  readonly #options: MonitorChoiceOptions;
  #monitors: readonly SeenMonitor[] = [];
  #current: SeenMonitor | null = null;
  #surface: SurfaceHint | null = null;
  #picture: PictureSize | null = null;
  #chosenId: string | null = null;

  constructor(options: MonitorChoiceOptions) {
    this.#options = options;
  }

  get current(): Monitor | null {
    return this.#current;
  }

  /** As the protocol has them: what only this machine needs to know is left out. */
  get monitors(): Monitor[] {
    return this.#monitors.map(({ monitorId, name, x, y, width, height, scale, isPrimary }) => {
      return { monitorId, name, x, y, width, height, scale, isPrimary };
    });
  }

  /** Monitors come, go, turn and change their places. @throws MachineError */
  survey(): void {
    this.#choose(this.#options.read().slice(0, MONITORS_MAX));
  }

  /** What the customer's page says that it shares. @throws MachineError */
  setSurface(surface: SurfaceHint): void {
    if (isSameSurface(surface, this.#surface)) return;
    // Another monitor is shared now, of which the operator has said nothing yet.
    if (this.#surface !== null) this.#chosenId = null;
    this.#surface = surface;
    this.survey();
  }

  /** @throws MachineError */
  setPicture(picture: PictureSize): void {
    this.#picture = picture;
    // Another size may be that of a monitor that has just been turned, long before the next survey is due.
    const monitors = this.#options.read().slice(0, MONITORS_MAX);
    const chosen = monitors.find(({ monitorId }) => monitorId === this.#chosenId);
    // Another monitor is shared now, of which nothing was said yet.
    if (chosen && !hasShape(chosen, picture)) this.#chosenId = null;
    this.#choose(monitors);
  }

  /** The operator's own choice. */
  choose(monitorId: string): void {
    this.#chosenId = monitorId;
    this.#choose(this.#monitors);
  }

  #choose(monitors: readonly SeenMonitor[]): void {
    const isSame = JSON.stringify(monitors) === JSON.stringify(this.#monitors);
    const before = this.#current;
    this.#monitors = monitors;
    this.#current = sharedMonitor(monitors, {
      surface: this.#surface,
      picture: this.#picture,
      chosenId: this.#chosenId,
      currentId: before?.monitorId ?? null,
    });
    if (!isSame || this.#current?.monitorId !== before?.monitorId) this.#options.onChange();
  }
}

function isSameSurface(one: SurfaceHint, other: SurfaceHint | null): boolean {
  return one.kind === other?.kind && one.captureId === other.captureId && one.name === other.name;
}
