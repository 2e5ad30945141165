import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { chooseDestination } from "@/media/files/choose-destination";
import type { FileTransfers } from "@/media/files/file-transfers";
import type { FilesSnapshot, TransferView } from "@/media/files/files-state";
import type { OfferedFile, OfferRefusal } from "@/media/files/outgoing-transfer";

/** Why something that was asked for did not happen. */
export type FilesTrouble =
  | { readonly kind: OfferRefusal | "unreadable" }
  | { readonly kind: "refused" }
  | { readonly kind: "tooLargeHere"; readonly limitBytes: number };

/** The files of a session, and what a page does with them. */
export function useFiles(files: FileTransfers) {
  const snapshot = useSyncExternalStore(files.subscribe, files.getSnapshot, files.getSnapshot);
  const [trouble, setTrouble] = useState<FilesTrouble | null>(null);
  useDownloads(snapshot);

  /** Offers what was chosen or dropped, once it is known. */
  const send = async (chosen: Promise<readonly OfferedFile[]> | readonly OfferedFile[]) => {
    setTrouble(null);
    try {
      const refusal = files.offer(await chosen);
      if (refusal) setTrouble({ kind: refusal });
    } catch {
      setTrouble({ kind: "unreadable" });
    }
  };

  /** Asks where the files of an offer go, and takes them there. */
  const save = async ({ id }: TransferView) => {
    setTrouble(null);
    const chosen = await chooseDestination(files.offered(id));
    if (chosen.outcome === "chosen") files.accept(id, chosen.destination);
    else if (chosen.outcome === "refused") setTrouble({ kind: "refused" });
    else if (chosen.outcome === "too_large") {
      setTrouble({ kind: "tooLargeHere", limitBytes: chosen.limitBytes });
    }
  };

  return { ...snapshot, trouble, send, save };
}

/** How many offers wait for an answer. */
export function useFileOffers(files: FileTransfers): number {
  const { transfers } = useSyncExternalStore(files.subscribe, files.getSnapshot, files.getSnapshot);
  return transfers.filter(isOffer).length;
}

/** Whether this side is asked to answer. */
export function isOffer({ direction, state }: TransferView): boolean {
  return direction === "receiving" && state.phase === "offered";
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
