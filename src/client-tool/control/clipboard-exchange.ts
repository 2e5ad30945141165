import { assertUnreachable } from "@/lib/assert-unreachable";
import { CLIPBOARD_MAX_LENGTH, type ClipboardMessage } from "@/protocol/control";
import type { Machine } from "../machine/machine";

const FOLLOW_EVERY_MS = 1_000;

interface ClipboardExchangeOptions {
  machine: Pick<Machine, "readClipboard" | "writeClipboard">;
  /** Sends on the channel `clipboard`. */
  send: (message: ClipboardMessage) => void;
}

/**
 * Carries the clipboard's text between operator and machine, one thing after the other, as long as the customer permits it. Following the
 * clipboard begins with what is copied from then on: what was in it before, or was copied while it was not permitted, stays here.
 */
export class ClipboardExchange {
  readonly #options: ClipboardExchangeOptions;
  #isPermitted = false;
  #isFollowed = false;
  /** What both sides know; undefined: nothing yet. */
  #known: string | null | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  /** Grows when the permission or the console changes: what was begun before is not carried out any more. */
  #era = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ClipboardExchangeOptions) {
    this.#options = options;
  }

  setPermitted(isPermitted: boolean): void {
    if (isPermitted === this.#isPermitted) return;
    this.#era += 1;
    this.#isPermitted = isPermitted;
    this.#restartFollowing();
  }

  /** A console is there anew, or none: nobody follows the clipboard until it is asked for again. */
  operatorChanged(): void {
    this.#era += 1;
    this.#isFollowed = false;
    this.#restartFollowing();
  }

  /** A message of the channel `clipboard`. */
  hear(message: ClipboardMessage): void {
    switch (message.type) {
      case "follow":
        if (message.isOn === this.#isFollowed) return;
        this.#isFollowed = message.isOn;
        this.#restartFollowing();
        return;
      case "ask":
        void this.#do(async (isWanted) => {
          const text = await this.#options.machine.readClipboard().catch(() => null);
          if (isWanted()) this.#tell(text);
        });
        return;
      case "text":
        void this.#do(async () => {
          await this.#options.machine.writeClipboard(message.text);
          this.#known = message.text;
        });
        return;
      case "empty":
      case "tooLong":
        // What the operator could not send needs nothing here.
        return;
      default:
        assertUnreachable(message);
    }
  }

  close(): void {
    this.setPermitted(false);
    this.operatorChanged();
  }

  #restartFollowing(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#known = undefined;
    if (!this.#isPermitted || !this.#isFollowed) return;
    void this.#do(async () => {
      this.#known = await this.#options.machine.readClipboard();
    });
    this.#timer = setInterval(() => this.#look(), FOLLOW_EVERY_MS);
  }

  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#do(async (isWanted) => {
      const text = await this.#options.machine.readClipboard();
      // Null may be an image, of which nothing is told; it is no news for anybody who follows text.
      const isNews = text !== null && text !== this.#known;
      if (isNews && this.#isFollowed && isWanted()) this.#tell(text);
    }).finally(() => {
      this.#isLooking = false;
    });
  }

  #tell(text: string | null): void {
    this.#known = text;
    if (text === null || text === "") this.#options.send({ type: "empty" });
    else if (text.length > CLIPBOARD_MAX_LENGTH) this.#options.send({ type: "tooLong" });
    else this.#options.send({ type: "text", text });
  }

  /** One after the other, and only what is wanted when its turn comes. A clipboard that cannot be had just now is left alone. */
  #do(work: (isWanted: () => boolean) => Promise<void>): Promise<void> {
    const era = this.#era;
    const isWanted = () => this.#isPermitted && era === this.#era;
    this.#work = this.#work.then(() => (isWanted() ? work(isWanted) : undefined)).catch(() => {});
    return this.#work;
  }
}
