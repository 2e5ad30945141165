import type { FileMessage } from "@/protocol/file-transfer";
import type { BulkError } from "../bulk/bulk-error";
import type { BulkLink } from "../bulk/bulk-link";
import { FileChannel } from "./file-channel";
import type { FilesSnapshot } from "./files-state";

/** After a link that could not be opened. */
const OPEN_AGAIN_AFTER_MS = 1_000;

/** How the session stands, as far as files are concerned. */
export interface FileWay {
  readonly isLive: boolean;
  readonly isOtherPresent: boolean;
  readonly isPermitted: boolean;
}

interface FileRoadOptions {
  /** The link over which bulk data goes now; the same one for as long as it lives. Rejects when there is none to be had. */
  openLink: () => Promise<BulkLink>;
  /** Whether this side has something to send or to wait for. */
  isNeeded: () => boolean;
  /** First of all on each new channel. */
  onOpen: (channel: FileChannel) => void;
  onMessage: (message: FileMessage, channel: FileChannel) => Promise<void> | undefined;
  onData: (bytes: Uint8Array) => Promise<void> | undefined;
  onLost: (error: BulkError) => void;
}

/** Has a channel open whenever one is needed and there is a way, link after link. */
export class FileRoad {
  readonly #options: FileRoadOptions;
  #way: FileWay = { isLive: false, isOtherPresent: false, isPermitted: false };
  #channel: FileChannel | null = null;
  #isOpening = false;
  #openTimer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: FileRoadOptions) {
    this.#options = options;
  }

  /** Where messages go now; null while there is no link. */
  get channel(): FileChannel | null {
    return this.#channel;
  }

  get state(): FilesSnapshot["way"] {
    const { isLive, isOtherPresent, isPermitted } = this.#way;
    if (!isLive || !isOtherPresent) return "notConnected";
    return isPermitted ? "open" : "notPermitted";
  }

  setWay(way: FileWay): void {
    const wasOpen = this.state === "open";
    this.#way = way;
    if (!wasOpen) this.openIfNeeded();
  }

  openIfNeeded(): void {
    if (this.#channel || this.#isOpening || this.#isClosed || this.state !== "open") return;
    if (!this.#options.isNeeded()) return;
    clearTimeout(this.#openTimer);
    this.open().catch(() => {
      // The other side is on its way, or the connection is about to be made anew.
      this.#openTimer = setTimeout(() => this.openIfNeeded(), OPEN_AGAIN_AFTER_MS);
    });
  }

  /** The channel over the present link. @returns null after {@link close} @throws Error when there is no link to be had */
  async open(): Promise<FileChannel | null> {
    this.#isOpening = true;
    try {
      const link = await this.#options.openLink();
      if (this.#isClosed) return null;
      if (this.#channel && !this.#channel.isClosed) return this.#channel;
      const { onOpen, onMessage, onData } = this.#options;
      const channel = new FileChannel({
        link,
        onMessage,
        onData,
        onClosed: (error) => this.#lost(channel, error),
      });
      this.#channel = channel;
      onOpen(channel);
      return channel;
    } finally {
      this.#isOpening = false;
    }
  }

  /** Opens nothing any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#openTimer);
  }

  #lost(channel: FileChannel, error: BulkError): void {
    if (this.#channel !== channel) return;
    this.#channel = null;
    this.#options.onLost(error);
    this.openIfNeeded();
  }
}
