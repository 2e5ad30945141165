import { parseJson } from "@/lib/parse-json";
import {
  DEFAULT_PICTURE_MODE,
  type PictureMode,
  type PictureWish,
  pictureReportSchema,
} from "@/protocol/picture-mode";

/** What the operator wants of the picture. */
export interface ChosenPicture {
  readonly mode: PictureMode;
  /** Whether the customer's side has said that it encodes like that. */
  readonly applied: boolean;
}

interface PictureChoiceOptions {
  /** @returns false when nothing could be sent now */
  send: (message: PictureWish) => boolean;
  onChange: (chosen: ChosenPicture) => void;
}

/** Before anybody has chosen: what every customer's side begins with. */
export const unchosenPicture: ChosenPicture = { mode: DEFAULT_PICTURE_MODE, applied: true };

/** A message can be lost while a side joins; until it is answered it is sent again this often. */
const RETRY_INTERVAL_MS = 1_000;

/**
 * The operator's choice of picture. Both sides remember it: after a lost connection or a reload of one page, the other page
 * still knows and the two agree again. A choice made on this page counts more than what the customer's side says.
 */
export class PictureChoice {
  readonly #options: PictureChoiceOptions;
  #chosen = unchosenPicture;
  #hasChosen = false;
  #retryTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: PictureChoiceOptions) {
    this.#options = options;
  }

  choose(mode: PictureMode): void {
    this.#hasChosen = true;
    this.#change({ mode, applied: false });
    this.#agree();
  }

  /** The customer's side has just joined (again): its page may be another one than before. */
  begin(): void {
    if (this.#hasChosen) this.#change({ ...this.#chosen, applied: false });
    this.#agree();
  }

  /** What the customer's side says; what is not of the protocol is dropped. */
  receive(raw: string): void {
    const report = pictureReportSchema.safeParse(parseJson(raw));
    if (!report.success) return;
    const { mode } = report.data;
    // It has not heard this page's choice yet: the retries go on.
    if (this.#hasChosen && mode !== this.#chosen.mode) return;
    clearInterval(this.#retryTimer);
    this.#change({ mode, applied: true });
  }

  close(): void {
    clearInterval(this.#retryTimer);
  }

  #agree(): void {
    clearInterval(this.#retryTimer);
    this.#retryTimer = setInterval(() => this.#send(), RETRY_INTERVAL_MS);
    this.#send();
  }

  #send(): void {
    this.#options.send(this.#hasChosen ? { type: "choose", mode: this.#chosen.mode } : { type: "ask" });
  }

  #change(chosen: ChosenPicture): void {
    if (chosen.mode === this.#chosen.mode && chosen.applied === this.#chosen.applied) return;
    this.#chosen = chosen;
    this.#options.onChange(chosen);
  }
}
