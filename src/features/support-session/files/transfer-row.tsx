"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Button, buttonClasses } from "@/components/button";
import { assertUnreachable } from "@/lib/assert-unreachable";
import { cn } from "@/lib/class-names";
import type { FileTransfers } from "@/media/files/file-transfers";
import { canRetry, type FilesSnapshot, isOver, type TransferView } from "@/media/files/files-state";
import { useFileWords } from "./use-file-words";

interface TransferRowProps {
  transfer: TransferView;
  way: FilesSnapshot["way"];
  files: FileTransfers;
  /** Within a sentence. */
  otherName: string;
  size: "medium" | "large";
}

/** A batch under way or over: what, how far, how fast, and what can be done about it. */
export function TransferRow({ transfer, way, files, otherName, size }: TransferRowProps) {
  const t = useTranslations("files");
  const words = useFileWords();
  const { id, direction, state, totalBytes, doneBytes } = transfer;
  const status = useTransferStatus(transfer, way, otherName);
  const isMoving = state.phase === "moving" || state.phase === "finishing";
  const percent = totalBytes > 0 ? Math.floor((doneBytes / totalBytes) * 100) : isMoving ? 0 : 100;
  const titleId = `files-${id}`;
  const small = size === "large" ? "text-15" : "text-13";
  return (
    <li className={cn("flex flex-col gap-1.5 py-3", size === "large" ? "text-18" : "text-15")}>
      <div className="flex items-baseline justify-between gap-3">
        <bdi id={titleId} className="min-w-0 font-semibold [overflow-wrap:anywhere]">
          {words.what(transfer)}
        </bdi>
        <span className={cn("shrink-0 text-ink-muted tabular-nums", small)}>{words.size(totalBytes)}</span>
      </div>
      {isMoving && (
        <>
          <div
            role="progressbar"
            aria-labelledby={titleId}
            aria-valuenow={percent}
            aria-valuetext={t("percent", { percent })}
            className="h-1.5 overflow-hidden rounded-full bg-sunken"
          >
            <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
          </div>
          <p className={cn("min-h-[1.7em] text-ink-muted tabular-nums", small)}>
            {t("progress", { done: words.size(doneBytes), percent })}
            {way === "open" && words.pace(transfer) !== "" && ` · ${words.pace(transfer)}`}
          </p>
          <CurrentFile transfer={transfer} small={small} />
        </>
      )}
      <p className={cn(isBad(transfer) ? "text-stop-text" : "text-ink-muted", small)}>
        <span>{t(direction, { name: otherName })}</span>
        {" · "}
        {status}
      </p>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {state.phase === "done" && state.download && (
          <a
            href={state.download.url}
            download={state.download.name}
            className={buttonClasses({ size: size === "large" ? "large" : "small" })}
          >
            {t("saveAgain")}
          </a>
        )}
        {canRetry(state) && (
          <Button size={size === "large" ? "large" : "small"} onClick={() => files.retry(id)}>
            {t("retry")}
          </Button>
        )}
        {!isOver(state) && (
          <Button
            size={size === "large" ? "large" : "small"}
            aria-describedby={titleId}
            onClick={() => files.cancel(id)}
          >
            {t("cancel")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Which file of several moves now, and how much of it has. */
function CurrentFile({ transfer, small }: { transfer: TransferView; small: string }) {
  const t = useTranslations("files");
  const words = useFileWords();
  const { current, files } = transfer;
  const file = current && files[current.file];
  if (files.length === 1) return null;
  return (
    <p className={cn("flex gap-2 text-ink-muted tabular-nums", small)}>
      <span className="shrink-0">
        {t("fileOf", { number: (current?.file ?? files.length - 1) + 1, count: files.length })}
      </span>
      {file && (
        <bdi className="min-w-0 flex-1 truncate" title={file.name}>
          {file.name}
        </bdi>
      )}
      {file && (
        <span className="shrink-0">
          {t("ofFile", { done: words.size(current.doneBytes), size: words.size(file.size) })}
        </span>
      )}
    </p>
  );
}

function isBad(transfer: TransferView): boolean {
  return transfer.state.phase === "failed" || isNothing(transfer);
}

/** Over, and not one of the files could be read. */
function isNothing({ state, skippedFiles, files }: TransferView): boolean {
  return state.phase === "done" && skippedFiles > 0 && skippedFiles === files.length;
}

/** How a batch stands, in words. */
function useTransferStatus(transfer: TransferView, way: FilesSnapshot["way"], name: string): string {
  const t = useTranslations("files.status");
  const format = useFormatter();
  const { state, direction, skippedFiles, skippedNames, atTop } = transfer;
  switch (state.phase) {
    case "offered":
      if (way !== "open") return t(way);
      return t(state.isAgain ? "offeredAgain" : "offered", { name });
    case "moving":
    case "finishing":
      if (way !== "open") return t(way);
      return t(state.phase === "finishing" && direction === "receiving" ? "storing" : state.phase);
    case "done":
      if (isNothing(transfer)) {
        const count = skippedFiles;
        return t(direction === "sending" ? "failed.unreadable" : "failed.unreadableThere", { count });
      }
      if (skippedFiles > 0) {
        const names = [...skippedNames, ...(skippedFiles > skippedNames.length ? ["…"] : [])];
        return t("doneWithout", { count: skippedFiles, names: format.list(names, { type: "unit" }) });
      }
      if (atTop > 0) return t("savedAtTop", { count: atTop });
      return t(state.download ? "downloaded" : direction === "sending" ? "sent" : "saved");
    case "cancelled":
      return t(state.by === "me" ? "cancelledByMe" : "cancelledByOther", { name });
    case "declined":
      return t(direction === "sending" ? "declinedByOther" : "declined", { name });
    case "failed":
      if (state.reason === "storage" && direction === "sending") return t("failed.storageThere", { name });
      return t(`failed.${state.reason}`, { name });
    default:
      return assertUnreachable(state);
  }
}
