import { isOver } from "./files-state";
import { IncomingTransfer } from "./incoming-transfer";
import type { KeptReceipts } from "./kept-receipts";

/** Has what is under way kept for a page that is loaded again, and forgotten when it is over. */
export class ReceiptKeeper {
  readonly #receipts: KeptReceipts;
  /** By transfer: what was there of it when it was kept last. */
  readonly #kept = new Map<string, string>();
  /** Being kept now, and whether there is more meanwhile: with many files that takes longer than the next of them. */
  readonly #keeping = new Map<string, { isBehind: boolean }>();

  constructor(receipts: KeptReceipts) {
    this.#receipts = receipts;
  }

  /** Gives an offer what a page before this one has kept of it. */
  async find(transfer: IncomingTransfer): Promise<void> {
    transfer.kept = await this.#receipts.find(transfer.id);
  }

  forget(transfer: IncomingTransfer): void {
    this.#kept.delete(transfer.id);
    transfer.kept = null;
    void this.#receipts.forget(transfer.id);
  }

  /** To be called now and then; does something only where something has changed. */
  remember(transfers: Iterable<object>): void {
    for (const transfer of transfers) {
      if (!(transfer instanceof IncomingTransfer)) continue;
      this.#keep(transfer);
      const { id, kept, state } = transfer;
      if (isOver(state) && (kept || this.#kept.has(id))) this.forget(transfer);
    }
  }

  #keep(transfer: IncomingTransfer): void {
    const { id, storedFiles, part } = transfer;
    const there = `${storedFiles}/${part?.hashes.length ?? 0}`;
    if (this.#kept.get(id) === there) return;
    const keeping = this.#keeping.get(id);
    if (keeping) {
      keeping.isBehind = true;
      return;
    }
    const { receipt } = transfer;
    if (!receipt) return;
    const now = { isBehind: false };
    this.#kept.set(id, there);
    this.#keeping.set(id, now);
    void this.#receipts.keep(receipt).then(() => {
      this.#keeping.delete(id);
      if (now.isBehind) this.#keep(transfer);
    });
  }
}
