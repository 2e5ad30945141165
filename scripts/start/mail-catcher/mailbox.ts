import { randomUUID } from "node:crypto";
import PostalMime, { type Address } from "postal-mime";

/** Older messages are forgotten: this is for trying things out, not an archive. */
const KEPT_MESSAGES = 200;

/** A message that arrived, as the page and `/messages.json` show it. */
export interface CaughtMessage {
  readonly id: string;
  readonly receivedAt: Date;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Null: it had no HTML part. Never to be trusted: names in it come from users. */
  readonly html: string | null;
}

/** What arrived since the process started, newest first. Memory alone: links in it open accounts. */
export class Mailbox {
  #messages: readonly CaughtMessage[] = [];

  /** @param recipients those of the envelope, which alone say where the message goes */
  async add(raw: Uint8Array, recipients: readonly string[]): Promise<void> {
    const parsed = await PostalMime.parse(raw);
    const message: CaughtMessage = {
      id: randomUUID(),
      receivedAt: new Date(),
      from: parsed.from ? describeAddress(parsed.from) : "",
      to: recipients,
      subject: parsed.subject ?? "",
      text: parsed.text ?? "",
      html: parsed.html ?? null,
    };
    this.#messages = [message, ...this.#messages].slice(0, KEPT_MESSAGES);
  }

  get newestFirst(): readonly CaughtMessage[] {
    return this.#messages;
  }

  find(id: string): CaughtMessage | undefined {
    return this.#messages.find((message) => message.id === id);
  }

  clear(): void {
    this.#messages = [];
  }
}

function describeAddress({ name, address }: Address): string {
  if (!address) return name;
  return name ? `${name} <${address}>` : address;
}
