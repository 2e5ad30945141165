import { type Role, roles } from "@/protocol/roles";

interface Absence {
  /** When the session ends unless the side is back; of `performance.now()`. */
  readonly endsAtMs: number;
  readonly timer: NodeJS.Timeout;
}

interface AbsencesOptions {
  /** How long either side may be away. */
  reconnectWindowMs: number;
  /** Told when a side did not come, or come back, within that time. */
  onAbandoned: () => void;
}

/** The sides of a room that are not there, or of which nothing is heard, and how long that may go on. At first that is both. */
export class Absences {
  readonly #options: AbsencesOptions;
  readonly #absences = new Map<Role, Absence>();
  #isOver = false;

  constructor(options: AbsencesOptions) {
    this.#options = options;
    for (const role of roles) this.begin(role);
  }

  has(role: Role): boolean {
    return this.#absences.has(role);
  }

  /** Null while the side is there; else how soon the session ends unless it comes. */
  endsInMs(role: Role): number | null {
    const absence = this.#absences.get(role);
    return absence === undefined ? null : Math.max(0, Math.round(absence.endsAtMs - performance.now()));
  }

  /** One that was silent before it left has been away since then. */
  begin(role: Role): void {
    if (this.#isOver || this.#absences.has(role)) return;
    const { reconnectWindowMs, onAbandoned } = this.#options;
    this.#absences.set(role, {
      endsAtMs: performance.now() + reconnectWindowMs,
      timer: setTimeout(onAbandoned, reconnectWindowMs),
    });
  }

  end(role: Role): void {
    clearTimeout(this.#absences.get(role)?.timer);
    this.#absences.delete(role);
  }

  /** The room closes: nobody is waited for any more. */
  close(): void {
    this.#isOver = true;
    for (const role of roles) this.end(role);
  }
}
