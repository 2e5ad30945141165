import { AppError } from "@/lib/app-error";

interface Limits {
  /** How much goes on at the same time. */
  readonly places: number;
  /** How many may wait for a place, all together. */
  readonly maxWaiting: number;
}

/** How it stands at one moment. */
export interface TurnsLook {
  readonly waiting: number;
  readonly busy: number;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: () => void;
}

/**
 * Work of which only so much may go on at a time. Whoever finds no place free waits; each party that waits gets a place in its
 * turn, so that one that asks for a hundred delays the others by one and not by a hundred.
 */
export class Turns {
  readonly #limits: Limits;
  /** By party, in the order of their turns. */
  readonly #waiting = new Map<string, Waiting[]>();
  #waitingInAll = 0;
  #busy = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get look(): TurnsLook {
    return { waiting: this.#waitingInAll, busy: this.#busy };
  }

  /**
   * Runs the work when it is its turn, and hands the place on however it ends.
   *
   * @throws AppError `UNAVAILABLE` when too many wait, to the latest of the party that has the most of them waiting
   */
  async run<T>(party: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy < this.#limits.places) this.#busy += 1;
    else await this.#wait(party);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #wait(party: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new AppError("UNAVAILABLE"));
      const queue = this.#waiting.get(party) ?? [];
      if (this.#waitingInAll >= this.#limits.maxWaiting && !this.#makeRoom(queue.length)) return refuse();
      this.#waitingInAll += 1;
      queue.push({ begin: resolve, refuse });
      this.#waiting.set(party, queue);
    });
  }

  /** @returns false when nobody has more waiting than whoever asks */
  #makeRoom(own: number): boolean {
    let longest: Waiting[] = [];
    for (const queue of this.#waiting.values()) if (queue.length > longest.length) longest = queue;
    // The last of one would leave an empty queue behind.
    if (longest.length <= Math.max(own, 1)) return false;
    longest.pop()?.refuse();
    this.#waitingInAll -= 1;
    return true;
  }

  /** Whoever leaves hands the place on, so nobody who comes in between takes it. */
  #leave(): void {
    // A map keeps the order in which keys came: the first party is the one whose turn it is.
    const [first] = this.#waiting;
    if (!first) {
      this.#busy -= 1;
      return;
    }
    const [party, queue] = first;
    const next = queue.shift();
    this.#waiting.delete(party);
    if (queue.length > 0) this.#waiting.set(party, queue);
    this.#waitingInAll -= 1;
    next?.begin();
  }
}
