import type { TransferView } from "./files-state";
import type { IncomingTransfer } from "./incoming-transfer";
import type { OutgoingTransfer } from "./outgoing-transfer";
import { TransferRate } from "./transfer-rate";

/** So many of the files that could not be read are named. */
const NAMED_SKIPPED = 3;

/** How transfers are shown, with their speed. */
export class TransferViews {
  readonly #rates = new Map<string, TransferRate>();

  of(transfer: OutgoingTransfer | IncomingTransfer): TransferView {
    const { id, direction, state, views, totalBytes, doneBytes, skippedFiles, position } = transfer;
    const rate = this.#rates.get(id) ?? new TransferRate();
    this.#rates.set(id, rate);
    if (state.phase === "moving") rate.add(doneBytes, performance.now());
    return {
      id,
      direction,
      state,
      files: views,
      totalBytes,
      doneBytes: state.phase === "done" ? totalBytes : doneBytes,
      doneFiles: Math.min(views.length, position.file),
      skippedFiles,
      skippedNames: transfer.skipped(NAMED_SKIPPED).map((file) => views[file]?.name ?? ""),
      atTop: transfer.direction === "receiving" ? transfer.atTop : 0,
      kept: transfer.direction === "receiving" ? transfer.keptSize : null,
      current: state.phase === "moving" ? { file: position.file, doneBytes: position.offset } : null,
      bytesPerSecond: state.phase === "moving" ? rate.bytesPerSecond() : null,
    };
  }

  /** After a break: what is not under way has no speed. */
  reset(): void {
    for (const rate of this.#rates.values()) rate.reset();
  }

  forget(id: string): void {
    this.#rates.delete(id);
  }
}
