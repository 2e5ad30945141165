/** Where a draft stands, for the page to say. */
export type AutosaveState = "saved" | "unsaved" | "saving" | "failed" | "refused";

export interface AutosaveOptions<Draft> {
  /** Rejects when it could not be saved. */
  readonly save: (draft: Draft) => Promise<unknown>;
  /** True for a rejection that another try cannot change. */
  readonly isFinal: (error: unknown) => boolean;
  /** Keeps what is not saved yet across a reload; null: everything is saved. Must not throw. */
  readonly keep: (draft: Draft | null) => void;
  readonly onState: (state: AutosaveState) => void;
  /** So long after the last change it is saved, */
  readonly delayMs?: number;
  /** and after a failure so much later tried again. */
  readonly retryMs?: number;
}

const DELAY_MS = 800;
const RETRY_MS = 5_000;

/**
 * Saves a draft while it is being written: a moment after the last change, one call at a time, the newest draft last, and
 * again until it succeeds. Framework-free.
 */
export class Autosave<Draft> {
  readonly #options: AutosaveOptions<Draft>;
  #pending: { readonly draft: Draft } | null = null;
  #saving = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AutosaveOptions<Draft>) {
    this.#options = options;
  }

  /** Takes the newest draft. */
  change(draft: Draft): void {
    this.#pending = { draft };
    this.#options.keep(draft);
    this.#options.onState("unsaved");
    this.#schedule(this.#options.delayMs ?? DELAY_MS);
  }

  /** Saves at once what is not saved: the page is being left. */
  flush(): void {
    clearTimeout(this.#timer);
    void this.#save();
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), delayMs);
  }

  async #save(): Promise<void> {
    const pending = this.#pending;
    // A change during a call is saved when the call is over.
    if (!pending || this.#saving) return;
    this.#saving = true;
    this.#options.onState("saving");
    try {
      await this.#options.save(pending.draft);
      this.#saving = false;
      if (this.#pending === pending) {
        this.#pending = null;
        this.#options.keep(null);
        this.#options.onState("saved");
      } else {
        this.#options.onState("unsaved");
        this.#schedule(this.#options.delayMs ?? DELAY_MS);
      }
    } catch (error) {
      this.#saving = false;
      if (this.#options.isFinal(error)) {
        this.#pending = null;
        this.#options.keep(null);
        this.#options.onState("refused");
        return;
      }
      this.#options.onState("failed");
      this.#schedule(this.#options.retryMs ?? RETRY_MS);
    }
  }
}
