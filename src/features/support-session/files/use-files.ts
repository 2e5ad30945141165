import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { chooseAgain, chooseDestination } from "@/media/files/choose-destination";
import { type OfferedFile, type OfferRefusal, refusalOf } from "@/media/files/file-entries";
import type { FileTransfers } from "@/media/files/file-transfers";
import { type FilesSnapshot, type TransferView, waitingOffers } from "@/media/files/files-state";

/** Why something that was asked for did not happen. */
export type FilesTrouble =
  | { readonly kind: OfferRefusal | "unreadable" }
  | { readonly kind: "refused" }
  | { readonly kind: "tooLargeHere"; readonly limitBytes: number };

/** What somebody has chosen or dropped, or is about to; null: nothing, the dialog was closed. */
export type ChosenFiles = readonly OfferedFile[] | Promise<readonly OfferedFile[] | null>;

/**
 * The files of a session, and what a page does with them.
 *
 * @param confirm whether these may be offered; by default they may
 */
export function useFiles(
  files: FileTransfers,
  confirm: (chosen: readonly OfferedFile[]) => Promise<boolean> = async () => true,
) {
  const snapshot = useSyncExternalStore(files.subscribe, files.getSnapshot, files.getSnapshot);
  const [trouble, setTrouble] = useState<FilesTrouble | null>(null);
  const [reading, setReading] = useState(0);
  useDownloads(snapshot);

  /** Offers what was chosen or dropped, once it is known. */
  const send = async (chosen: ChosenFiles) => {
    setTrouble(null);
    setReading((count) => count + 1);
    let found: readonly OfferedFile[] | null;
    try {
      found = await chosen;
    } catch {
      setTrouble({ kind: "unreadable" });
      return;
    } finally {
      setReading((count) => count - 1);
    }
    if (found === null) return;
    const refusal = refusalOf(found) ?? ((await confirm(found)) ? files.offer(found) : null);
    if (refusal) setTrouble({ kind: refusal });
  };

  /** Asks where the files of an offer go, and takes them there. */
  const save = async ({ id }: TransferView) => {
    setTrouble(null);
    const kept = files.kept(id);
    const chosen = await (kept ? chooseAgain(kept) : chooseDestination(files.offered(id)));
    if (chosen.outcome === "chosen") files.accept(id, chosen.destination, kept);
    else if (chosen.outcome === "refused") {
      files.forgetKept(id);
      setTrouble({ kind: "refused" });
    } else if (chosen.outcome === "too_large") {
      setTrouble({ kind: "tooLargeHere", limitBytes: chosen.limitBytes });
    }
  };

  return { ...snapshot, trouble, isReading: reading > 0, send, save };
}

/** How many offers wait for an answer. */
export function useFileOffers(files: FileTransfers): number {
  return waitingOffers(useSyncExternalStore(files.subscribe, files.getSnapshot, files.getSnapshot)).length;
}

/** Where files can only be downloaded, the browser does so as soon as they are there. */
function useDownloads({ transfers }: FilesSnapshot): void {
  const started = useRef(new Set<string>());
  useEffect(() => {
    for (const { id, state } of transfers) {
      if (state.phase !== "done" || !state.download || started.current.has(id)) continue;
      started.current.add(id);
      const link = document.createElement("a");
      link.href = state.download.url;
      link.download = state.download.name;
      link.click();
    }
  }, [transfers]);
}
