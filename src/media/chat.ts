import { parseJson } from "@/lib/parse-json";
import { CHAT_MAX_LENGTH, type ChatMessage, chatMessageSchema } from "@/protocol/data-channels";
import type { ChatEntry } from "./session-state";

interface ChatOptions {
  /** @returns false when nothing could be sent now */
  send: (message: ChatMessage) => boolean;
  onChange: (entries: readonly ChatEntry[]) => void;
  /** What was said before this page was loaded. */
  entries?: readonly ChatEntry[];
}

/**
 * The conversation of a session. The relay keeps nothing, so what the other side has not acknowledged is sent again when it
 * is back; a message that arrives twice is shown once.
 */
export class Chat {
  readonly #options: ChatOptions;
  #entries: readonly ChatEntry[];

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#entries = options.entries ?? [];
  }

  get entries(): readonly ChatEntry[] {
    return this.#entries;
  }

  /** @returns false when the text is empty or too long: nothing was sent */
  say(text: string): boolean {
    const trimmed = text.trim();
    if (trimmed.length === 0 || trimmed.length > CHAT_MAX_LENGTH) return false;
    const entry: ChatEntry = {
      messageId: crypto.randomUUID(),
      from: "me",
      text: trimmed,
      sentAt: new Date(),
      delivered: false,
    };
    this.#change([...this.#entries, entry]);
    this.#send(entry);
    return true;
  }

  /** What came over the channel; what is not of the protocol is dropped. */
  receive(raw: string): void {
    const message = chatMessageSchema.safeParse(parseJson(raw));
    if (!message.success) return;
    const { data } = message;
    if (data.type === "received") {
      this.#change(
        this.#entries.map((entry) =>
          entry.messageId === data.messageId && entry.from === "me" ? { ...entry, delivered: true } : entry,
        ),
      );
      return;
    }
    this.#options.send({ type: "received", messageId: data.messageId });
    if (this.#entries.some((entry) => entry.messageId === data.messageId)) return;
    const { messageId, text } = data;
    this.#change([
      ...this.#entries,
      { messageId, from: "other", text, sentAt: new Date(data.sentAt), delivered: true },
    ]);
  }

  /** The other side can hear again. */
  sendUndelivered(): void {
    for (const entry of this.#entries) if (!entry.delivered) this.#send(entry);
  }

  #send({ messageId, text, sentAt }: ChatEntry): void {
    this.#options.send({ type: "text", messageId, text, sentAt: sentAt.toISOString() });
  }

  #change(entries: readonly ChatEntry[]): void {
    this.#entries = entries;
    this.#options.onChange(entries);
  }
}
