import { parseJson } from "@/lib/parse-json";
import { CLIPBOARD_MAX_LENGTH, type ClipboardMessage, clipboardMessageSchema } from "@/protocol/control";

/**
 * What came of the last exchange.
 *
 * - `sending`, `asking`: under way.
 * - `sent`: the operator's text is in the customer's clipboard.
 * - `got`: the customer's text is in the operator's clipboard.
 * - `ownEmpty`, `ownTooLong`, `ownBlocked`: the operator's clipboard holds no text, too much, or may not be read or written by this page.
 * - `theirsEmpty`, `theirsTooLong`: so does the customer's.
 * - `noAnswer`: nothing came back.
 * - `notConnected`: nothing could be sent.
 */
export type ClipboardOutcome =
  | "sending"
  | "asking"
  | "sent"
  | "got"
  | "ownEmpty"
  | "ownTooLong"
  | "ownBlocked"
  | "theirsEmpty"
  | "theirsTooLong"
  | "noAnswer"
  | "notConnected";

export interface ClipboardSnapshot {
  readonly outcome: ClipboardOutcome | null;
  /** Counts the outcomes, so that the same one twice can be told twice. */
  readonly count: number;
  /** Every change on either side goes to the other. */
  readonly isFollowing: boolean;
}

export const idleClipboard: ClipboardSnapshot = { outcome: null, count: 0, isFollowing: false };

/** The part of the browser's clipboard that is used here. */
export interface TextClipboard {
  readText(): Promise<string>;
  writeText(text: string): Promise<void>;
  /** Whether reading disturbs nobody with a question. */
  canReadUnasked(): Promise<boolean>;
}

interface ClipboardExchangeOptions {
  /** @returns false when the channel is not open: nothing was sent */
  send: (message: ClipboardMessage) => boolean;
  /** Null: this browser has none for pages. */
  clipboard: TextClipboard | null;
  onChange: (snapshot: ClipboardSnapshot) => void;
}

const ANSWER_WITHIN_MS = 5_000;

/**
 * Text of the clipboards of both machines, as the operator wants it: one way or the other at a press, or at every change. Browsers
 * let a page at the clipboard only while it has the focus, so what comes meanwhile is kept until then.
 */
export class ClipboardExchange {
  readonly #options: ClipboardExchangeOptions;
  #snapshot = idleClipboard;
  #isAllowed = false;
  #answerTimer: ReturnType<typeof setTimeout> | undefined;
  /** What both sides have: it goes neither way again. */
  #shared: string | null = null;
  /** The customer's text that could not be written yet. */
  #unwritten: string | null = null;

  constructor(options: ClipboardExchangeOptions) {
    this.#options = options;
  }

  /** Whether the permission is given and a tool is there. Without either, following ends. */
  setAllowed(isAllowed: boolean): void {
    if (isAllowed === this.#isAllowed) return;
    this.#isAllowed = isAllowed;
    clearTimeout(this.#answerTimer);
    this.#shared = null;
    this.#unwritten = null;
    if (!isAllowed) this.#change(idleClipboard);
  }

  /** The tool is there anew. */
  begin(): void {
    if (this.#snapshot.isFollowing) this.#options.send({ type: "follow", isOn: true });
  }

  /** The operator's clipboard goes into the customer's. Browsers may ask the operator first. */
  async sendMine(): Promise<void> {
    if (!this.#isAllowed) return;
    this.#tell("sending");
    const text = await this.#read();
    if (text === null) this.#tell("ownBlocked");
    else if (text === "") this.#tell("ownEmpty");
    else if (text.length > CLIPBOARD_MAX_LENGTH) this.#tell("ownTooLong");
    else this.#tell(this.#sendText(text) ? "sent" : "notConnected");
  }

  /** The customer's clipboard goes into the operator's. */
  getTheirs(): void {
    if (!this.#isAllowed) return;
    if (!this.#options.send({ type: "ask" })) {
      this.#tell("notConnected");
      return;
    }
    this.#tell("asking");
    this.#answerTimer = setTimeout(() => this.#tell("noAnswer"), ANSWER_WITHIN_MS);
  }

  follow(isOn: boolean): void {
    if (!this.#isAllowed || isOn === this.#snapshot.isFollowing) return;
    if (!this.#options.send({ type: "follow", isOn })) {
      this.#tell("notConnected");
      return;
    }
    this.#change({ ...this.#snapshot, isFollowing: isOn, outcome: null });
    // The press that turned it on may cause the browser's question.
    if (isOn) void this.#sendNews();
  }

  /** The page has the focus (again): what has changed meanwhile can go both ways. */
  async focused(): Promise<void> {
    if (!this.#isAllowed) return;
    if (this.#unwritten !== null) {
      await this.#write(this.#unwritten, true);
      return;
    }
    if (this.#snapshot.isFollowing && (await this.#options.clipboard?.canReadUnasked()))
      await this.#sendNews();
  }

  async #sendNews(): Promise<void> {
    const text = await this.#read();
    // What cannot be sent by itself is told when it is sent by hand.
    if (!text || text === this.#shared || text.length > CLIPBOARD_MAX_LENGTH) return;
    if (this.#snapshot.isFollowing) this.#sendText(text);
  }

  /** What the tool says; what is not of the protocol is dropped. */
  async receive(raw: string): Promise<void> {
    const message = clipboardMessageSchema.safeParse(parseJson(raw)).data;
    if (!message || !this.#isAllowed) return;
    const isAnswer = this.#snapshot.outcome === "asking";
    // A text that was neither asked for nor is followed is not let in.
    if (!isAnswer && !this.#snapshot.isFollowing) return;
    clearTimeout(this.#answerTimer);
    if (message.type === "text") await this.#write(message.text, isAnswer);
    else if (message.type === "empty" && isAnswer) this.#tell("theirsEmpty");
    else if (message.type === "tooLong") this.#tell("theirsTooLong");
  }

  close(): void {
    clearTimeout(this.#answerTimer);
  }

  async #read(): Promise<string | null> {
    try {
      return (await this.#options.clipboard?.readText()) ?? null;
    } catch {
      // The operator has said no to the browser, or another window has the focus.
      return null;
    }
  }

  /** @param isTold whether somebody waits for it; what is followed comes without a word */
  async #write(text: string, isTold: boolean): Promise<void> {
    try {
      if (!this.#options.clipboard) throw new TypeError("This browser has no clipboard for pages.");
      await this.#options.clipboard.writeText(text);
      this.#shared = text;
      this.#unwritten = null;
      if (isTold || this.#snapshot.outcome === "ownBlocked") this.#tell("got");
    } catch {
      this.#unwritten = text;
      this.#tell("ownBlocked");
    }
  }

  #sendText(text: string): boolean {
    const isSent = this.#options.send({ type: "text", text });
    if (isSent) this.#shared = text;
    return isSent;
  }

  #tell(outcome: ClipboardOutcome): void {
    clearTimeout(this.#answerTimer);
    this.#change({ ...this.#snapshot, outcome, count: this.#snapshot.count + 1 });
  }

  #change(snapshot: ClipboardSnapshot): void {
    this.#snapshot = snapshot;
    this.#options.onChange(snapshot);
  }
}
