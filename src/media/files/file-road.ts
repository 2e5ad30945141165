import type { FileMessage } from "@/protocol/file-transfer";
import { BulkError } from "../bulk/bulk-error";
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
    this.#isOpening = true;
    void this.#options
      .openLink()
      // The other side may have been quicker, and its stream has brought the link along.
      .then((link) => this.#channel ?? this.over(link))
      // The other side is on its way, or the connection is about to be made anew.
      .catch(() => null)
      .then((channel) => {
        this.#isOpening = false;
        if (!channel && !this.#isClosed) this.#openLater();
      });
  }

  /** The channel over a link that stands. @returns null when nothing can go over it any more */
  over(link: BulkLink): FileChannel | null {
    if (this.#isClosed || link.error) return null;
    if (this.#channel?.link === link) return this.#channel;
    // Links are made one after another: what there was belongs to the connection before.
    this.#channel?.close(new BulkError("lost"));
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
    // Whoever does not want to hear may be about to go: not at once again.
    if (error.end === "stopped") this.#openLater();
    else this.openIfNeeded();
  }

  #openLater(): void {
    clearTimeout(this.#openTimer);
    this.#openTimer = setTimeout(() => this.openIfNeeded(), OPEN_AGAIN_AFTER_MS);
  }
}
