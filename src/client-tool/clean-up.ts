/**
 * What has to be done before the process ends, however it ends: letting go of pressed keys, giving back what was borrowed, removing what was
 * unpacked. Everything here is synchronous, because nothing else runs while a process ends.
 */
export class CleanUp {
  #steps: (() => void)[] = [];

  add(step: () => void): void {
    this.#steps.push(step);
  }

  /** The last that was added comes first. Each is done once, and a failure keeps none of the others from being done. */
  run(): void {
    const steps = this.#steps.reverse();
    this.#steps = [];
    for (const step of steps) {
      try {
        step();
      } catch {
        // There is nobody left to tell, and the rest is worth doing.
      }
    }
  }
}
