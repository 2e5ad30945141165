import { assertUnreachable } from "@/lib/assert-unreachable";
import {
  FILE_TRANSFER_VERSION,
  type FileEntry,
  type FileMessage,
  MAX_OPEN_TRANSFERS,
} from "@/protocol/file-transfer";
import type { BulkError } from "../bulk/bulk-error";
import type { BulkLink } from "../bulk/bulk-link";
import type { BulkReceiver } from "../bulk/bulk-receiver";
import { Store } from "../store";
import type { Destination } from "./destination";
import type { FileChannel } from "./file-channel";
import { type OfferedFile, type OfferRefusal, refusalOf } from "./file-entries";
import { FileRoad, type FileWay } from "./file-road";
import { canRetry, type FilesSnapshot, isOver, type TransferView } from "./files-state";
import { IncomingTransfer } from "./incoming-transfer";
import type { KeptReceipt, KeptReceipts } from "./kept-receipts";
import { OutgoingTransfer } from "./outgoing-transfer";
import { ReceiptKeeper } from "./receipt-keeper";
import { RecordError } from "./records";
import { SendingQueue } from "./sending-queue";
import { TransferViews } from "./transfer-views";

/** Progress is shown so often; every other change at once. */
const PROGRESS_INTERVAL_MS = 250;
/** Transfers that are over and are still shown, and known when the other side asks. */
const KEPT_OVER = 100;

interface FileTransfersOptions {
  openLink: () => Promise<BulkLink>;
  receipts?: KeptReceipts | null;
}

type Transfer = OutgoingTransfer | IncomingTransfer;

/**
 * The files of one side of a session, both ways. A batch is offered, and moves when the receiver has chosen where it goes. It
 * survives cuts: on each new link the sender offers again what is not over, and the receiver answers with how much it has.
 * Framework-free; watched through {@link subscribe} and {@link getSnapshot}.
 */
export class FileTransfers {
  readonly #store = new Store<FilesSnapshot>({ transfers: [], way: "notConnected" });
  readonly subscribe = this.#store.subscribe;
  readonly getSnapshot = this.#store.getSnapshot;
  /** In the order of their beginning. */
  readonly #transfers = new Map<string, Transfer>();
  readonly #views = new TransferViews();
  readonly #road: FileRoad;
  /** The one whose bytes are coming. */
  #receiving: IncomingTransfer | null = null;
  readonly #queue = new SendingQueue({
    next: () => this.#nextToSend(),
    channel: () => this.#road.channel,
    onProgress: () => this.#showSoon(),
    onSent: () => this.#show(),
  });
  readonly #receipts: ReceiptKeeper | null;
  #showTimer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** @param options.openLink see file-road.ts @param options.receipts what outlives the page; by default nothing does */
  constructor({ openLink, receipts = null }: FileTransfersOptions) {
    this.#receipts = receipts && new ReceiptKeeper(receipts);
    this.#road = new FileRoad({
      openLink,
      isNeeded: () => [...this.#transfers.values()].some(({ state }) => !isOver(state)),
      onOpen: (channel) => this.#begin(channel),
      onMessage: (message, channel) => this.#hear(message, channel),
      onData: (bytes) => this.#receiving?.add(bytes),
      onLost: (error) => this.#lost(error),
    });
  }

  /** How the session stands; to be told at every change. */
  setWay(way: FileWay): void {
    this.#road.setWay(way);
    this.#show();
  }

  /** Offers files to the other side. @returns why not, where they cannot be sent at all */
  offer(files: readonly OfferedFile[]): OfferRefusal | null {
    const refusal = refusalOf(files);
    if (refusal) return refusal;
    if (this.#open("sending").length >= MAX_OPEN_TRANSFERS) return "tooMany";
    const transfer = new OutgoingTransfer(files);
    this.#transfers.set(transfer.id, transfer);
    if (this.#road.channel) this.#sayOffer(transfer, this.#road.channel);
    this.#road.openIfNeeded();
    this.#show();
    return null;
  }

  /** The files of an offer, as the sender names them: what a destination is chosen for. */
  offered(id: string): readonly FileEntry[] {
    const transfer = this.#transfers.get(id);
    return transfer instanceof IncomingTransfer ? transfer.entries : [];
  }

  /** What a page before this one has stored of an offered batch, and where; null: nothing. */
  kept(id: string): KeptReceipt | null {
    const transfer = this.#transfers.get(id);
    return transfer instanceof IncomingTransfer ? transfer.kept : null;
  }

  /** The place is of no use any more: the offer is one like any other. */
  forgetKept(id: string): void {
    const transfer = this.#transfers.get(id);
    if (!(transfer instanceof IncomingTransfer)) return;
    this.#receipts?.forget(transfer);
    this.#show();
  }

  /** Takes an offer; the files go there. @param kept of the same place */
  accept(id: string, destination: Destination, kept: KeptReceipt | null = null): void {
    const transfer = this.#transfers.get(id);
    if (!(transfer instanceof IncomingTransfer) || transfer.state.phase !== "offered") {
      // Withdrawn while the person chose.
      void destination.discard();
      return;
    }
    transfer.accept(destination, kept?.hashes);
    this.#sayAccept(transfer);
    this.#show();
  }

  /** Does not take an offer. */
  decline(id: string): void {
    const transfer = this.#transfers.get(id);
    if (!(transfer instanceof IncomingTransfer) || transfer.state.phase !== "offered") return;
    transfer.drop({ phase: "declined" });
    this.#road.channel?.say({ type: "decline", transferId: id });
    this.#show();
  }

  /** Gives a transfer up, from either side. */
  cancel(id: string): void {
    const transfer = this.#transfers.get(id);
    if (!transfer || isOver(transfer.state)) return;
    this.#stop(transfer, { phase: "cancelled", by: "me" });
    this.#road.channel?.say({ type: "cancel", transferId: id });
    this.#show();
  }

  /** Goes on with a transfer that has failed. */
  retry(id: string): void {
    const transfer = this.#transfers.get(id);
    if (!transfer || !canRetry(transfer.state)) return;
    if (transfer instanceof IncomingTransfer) {
      void transfer.retry().then(() => {
        this.#sayAccept(transfer);
        this.#show();
      });
    } else if (this.#road.channel) {
      this.#sayOffer(transfer, this.#road.channel);
    }
    this.#road.openIfNeeded();
  }

  /** Shows those no more that are over. */
  clear(): void {
    for (const [id, transfer] of this.#transfers) {
      if (isOver(transfer.state)) this.#forget(id, transfer);
    }
    this.#show();
  }

  /** The other side's stream of a new link. */
  receive(stream: BulkReceiver, link: BulkLink): void {
    const channel = this.#road.over(link);
    if (channel) channel.listen(stream);
    else stream.stop();
  }

  /** The session is over: nothing will move any more. What the browser saves by itself stays within reach for a moment. */
  end(): void {
    for (const transfer of this.#transfers.values()) {
      if (!isOver(transfer.state)) this.#stop(transfer, { phase: "failed", reason: "ended" });
    }
    this.#show();
  }

  /** The page goes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.end();
    this.#road.close();
    clearTimeout(this.#showTimer);
    for (const [id, transfer] of this.#transfers) this.#forget(id, transfer);
  }

  #open(direction: Transfer["direction"]): Transfer[] {
    return [...this.#transfers.values()].filter(
      (transfer) => transfer.direction === direction && !isOver(transfer.state),
    );
  }

  // --- The link

  #begin(channel: FileChannel): void {
    const sending = this.#open("sending").filter((one) => one instanceof OutgoingTransfer);
    channel.say({ type: "hello", version: FILE_TRANSFER_VERSION, sending: sending.map(({ id }) => id) });
    for (const transfer of sending) this.#sayOffer(transfer, channel);
  }

  #lost(error: BulkError): void {
    this.#receiving = null;
    this.#views.reset();
    for (const transfer of this.#transfers.values()) {
      if (transfer instanceof OutgoingTransfer) transfer.pause();
      // It would come to the same again and again.
      if (error.end === "violation" && !isOver(transfer.state)) {
        this.#stop(transfer, { phase: "failed", reason: "violation" });
      }
    }
    this.#show();
  }

  #sayOffer(transfer: OutgoingTransfer, channel: FileChannel): void {
    for (const message of transfer.offer()) channel.say(message);
  }

  #sayAccept(transfer: IncomingTransfer): void {
    if (transfer.state.phase !== "moving") return;
    this.#road.channel?.say({ type: "accept", transferId: transfer.id, ...transfer.position });
  }

  // --- What the other side says

  /** @throws RecordError for what may not come */
  #hear(message: FileMessage, channel: FileChannel): Promise<void> | undefined {
    switch (message.type) {
      case "hello":
        this.#hearHello(message);
        return undefined;
      case "offer":
        this.#hearOffer(message, channel);
        return undefined;
      case "entries": {
        const transfer = this.#incoming(message.transferId);
        // Known already: it is said again on each link.
        if (!transfer || transfer.isListed) return undefined;
        transfer.list(message.entries);
        if (!transfer.isListed) return undefined;
        channel.say({ type: "waiting", transferId: transfer.id });
        this.#show();
        return undefined;
      }
      case "file": {
        const transfer = this.#incoming(message.transferId);
        this.#receiving = null;
        return transfer?.begin(message).then((isWanted) => {
          if (isWanted && this.#road.channel === channel) this.#receiving = transfer;
        });
      }
      case "end": {
        const transfer = this.#receiving;
        this.#receiving = null;
        return transfer?.end(message.sha256);
      }
      case "skip":
        this.#receiving = null;
        this.#incoming(message.transferId)?.skip(message.file);
        return undefined;
      case "waiting":
      case "accept":
      case "decline":
      case "fail":
      case "done":
        this.#hearAnswer(message, channel);
        return undefined;
      case "cancel": {
        const transfer = this.#transfers.get(message.transferId);
        if (transfer && !isOver(transfer.state)) this.#stop(transfer, { phase: "cancelled", by: "other" });
        this.#show();
        return undefined;
      }
      default:
        return assertUnreachable(message);
    }
  }

  #hearHello({ version, sending }: Extract<FileMessage, { type: "hello" }>): void {
    if (version !== FILE_TRANSFER_VERSION) throw new RecordError("The other side has another version.");
    for (const transfer of this.#open("receiving")) {
      if (!sending.includes(transfer.id)) this.#stop(transfer, { phase: "failed", reason: "gone" });
    }
    this.#show();
  }

  #hearOffer(
    { transferId, files, bytes }: Extract<FileMessage, { type: "offer" }>,
    channel: FileChannel,
  ): void {
    const known = this.#transfers.get(transferId);
    if (known instanceof OutgoingTransfer) throw new RecordError("It is this side that sends it.");
    if (known) {
      this.#answerAgain(known, channel);
      return;
    }
    if (this.#open("receiving").length >= MAX_OPEN_TRANSFERS) {
      channel.say({ type: "decline", transferId });
      return;
    }
    const transfer = new IncomingTransfer({
      id: transferId,
      files,
      bytes,
      onChange: () => this.#showSoon(),
      onFailed: (reason) => {
        if (this.#receiving === transfer) this.#receiving = null;
        this.#road.channel?.say({ type: "fail", transferId, reason });
        this.#show();
      },
      onDone: (sha256) => {
        this.#road.channel?.say({ type: "done", transferId, sha256 });
        this.#show();
      },
    });
    this.#transfers.set(transferId, transfer);
    void this.#receipts?.find(transfer).then(() => this.#show());
  }

  /** The sender does not know how things stand, because the link is new or it tries again. */
  #answerAgain(transfer: IncomingTransfer, channel: FileChannel): void {
    const transferId = transfer.id;
    const { state } = transfer;
    if (state.phase === "moving") this.#sayAccept(transfer);
    else if (state.phase === "done") channel.say({ type: "done", transferId, sha256: transfer.digest() });
    else if (state.phase === "declined") channel.say({ type: "decline", transferId });
    else if (canRetry(state)) this.retry(transferId);
    else if (isOver(state)) channel.say({ type: "cancel", transferId });
  }

  #hearAnswer(
    message: Extract<FileMessage, { type: "waiting" | "accept" | "decline" | "fail" | "done" }>,
    channel: FileChannel,
  ): void {
    const transfer = this.#transfers.get(message.transferId);
    if (!(transfer instanceof OutgoingTransfer) || isOver(transfer.state)) {
      // The last of it was stored while the cancellation was under way: it is there.
      const isCancelled = transfer instanceof OutgoingTransfer && transfer.state.phase === "cancelled";
      if (message.type === "done" && isCancelled && transfer.fits(message.sha256)) {
        transfer.state = { phase: "done", download: null };
        this.#show();
      }
      if (message.type === "accept") channel.say({ type: "cancel", transferId: message.transferId });
      return;
    }
    switch (message.type) {
      case "waiting":
        transfer.wait();
        break;
      case "accept":
        if (!transfer.goOn(message)) throw new RecordError("There is no such place in the batch.");
        this.#queue.run(channel);
        break;
      case "decline":
        this.#stop(transfer, { phase: "declined" });
        break;
      case "fail":
        transfer.pause();
        transfer.state = { phase: "failed", reason: message.reason };
        break;
      case "done":
        if (transfer.fits(message.sha256)) transfer.state = { phase: "done", download: null };
        else this.#stop(transfer, { phase: "failed", reason: "violation" });
        break;
      default:
        assertUnreachable(message);
    }
    this.#show();
  }

  #incoming(id: string): IncomingTransfer | null {
    const transfer = this.#transfers.get(id);
    return transfer instanceof IncomingTransfer ? transfer : null;
  }

  #nextToSend(): OutgoingTransfer | null {
    for (const transfer of this.#transfers.values()) {
      if (transfer instanceof OutgoingTransfer && transfer.isReady) return transfer;
    }
    return null;
  }

  #stop(transfer: Transfer, state: TransferView["state"]): void {
    if (transfer instanceof IncomingTransfer) {
      if (this.#receiving === transfer) this.#receiving = null;
      transfer.drop(state);
      return;
    }
    transfer.pause();
    transfer.state = state;
  }

  #forget(id: string, transfer: Transfer): void {
    this.#transfers.delete(id);
    this.#views.forget(id);
    if (transfer instanceof IncomingTransfer) transfer.discard();
  }

  // --- What is shown

  #showSoon(): void {
    this.#showTimer ??= setTimeout(() => this.#show(), PROGRESS_INTERVAL_MS);
  }

  #show(): void {
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    const over = [...this.#transfers].filter(([, { state }]) => isOver(state));
    for (const [id, transfer] of over.slice(0, Math.max(0, over.length - KEPT_OVER)))
      this.#forget(id, transfer);
    if (!this.#isClosed) this.#receipts?.remember(this.#transfers.values());
    const transfers = [...this.#transfers.values()]
      .filter((transfer) => transfer instanceof OutgoingTransfer || transfer.isListed)
      .map((transfer) => this.#views.of(transfer))
      .reverse();
    this.#store.update({ transfers, way: this.#road.state });
  }
}
