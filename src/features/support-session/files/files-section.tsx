"use client";

import { FileUp, FolderUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useRef } from "react";
import { Announcer } from "@/components/announcer";
import { Button } from "@/components/button";
import { cn } from "@/lib/class-names";
import { chosenFiles, pickFolder } from "@/media/files/dropped-files";
import type { FileTransfers } from "@/media/files/file-transfers";
import { isOffer, isOver, type TransferView } from "@/media/files/files-state";
import { TransferRow } from "./transfer-row";
import { useFileWords } from "./use-file-words";
import type { ChosenFiles, FilesTrouble, useFiles } from "./use-files";

interface FilesSectionProps {
  files: FileTransfers;
  state: ReturnType<typeof useFiles>;
  /** At the beginning of a sentence, and within one. */
  otherName: string;
  inlineName?: string;
  size: "medium" | "large";
  /** In place of the list while there is nothing in it. */
  empty: ReactNode;
  renderOffer?: (offer: TransferView) => ReactNode;
}

/** What moves and what has: the same on both sides. Offers are among it where nobody else's hands could answer them. */
export function FilesSection({
  files,
  state,
  otherName,
  inlineName = otherName,
  size,
  empty,
  renderOffer,
}: FilesSectionProps) {
  const t = useTranslations("files");
  const { transfers, way, trouble, isReading } = state;
  const offers = transfers.filter(isOffer);
  const others = transfers.filter((transfer) => !isOffer(transfer));
  return (
    <div className="flex flex-col gap-3">
      {renderOffer && offers.map(renderOffer)}
      <p
        role="status"
        className={cn("text-ink-muted empty:hidden", size === "large" ? "text-18" : "text-15")}
      >
        {isReading && t("reading")}
      </p>
      <p role="alert" className={cn("text-stop-text empty:hidden", size === "large" ? "text-18" : "text-15")}>
        {trouble && <FilesTroubleText trouble={trouble} />}
      </p>
      {others.length > 0 && (
        <ul aria-label={t("transfers")} className="divide-y divide-line">
          {others.map((transfer) => (
            <TransferRow
              key={transfer.id}
              transfer={transfer}
              way={way}
              files={files}
              otherName={inlineName}
              size={size}
            />
          ))}
        </ul>
      )}
      {transfers.length === 0 && empty}
      {others.some(({ state: one }) => isOver(one)) && (
        <Button
          variant="quiet"
          size={size === "large" ? "large" : "small"}
          className="self-start"
          onClick={() => files.clear()}
        >
          {t("clear")}
        </Button>
      )}
      <Progress transfers={transfers} otherName={otherName} />
    </div>
  );
}

/** Files, or a folder with all that is in it. */
export function ChooseFiles({
  size,
  onFiles,
}: {
  size: "medium" | "large";
  onFiles: (chosen: ChosenFiles) => void;
}) {
  const t = useTranslations("files");
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    if (input.files && input.files.length > 0) onFiles(chosenFiles(input.files));
    // The same files may be chosen again.
    input.value = "";
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Button size={size} onClick={() => files.current?.click()}>
        <FileUp aria-hidden className="size-5" />
        {t("send")}
      </Button>
      <Button
        size={size}
        onClick={() => {
          // Of the two ways only this one tells of empty folders; not every browser has it.
          const picked = pickFolder();
          if (picked === null) folder.current?.click();
          else onFiles(picked);
        }}
      >
        <FolderUp aria-hidden className="size-5" />
        {t("sendFolder")}
      </Button>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={t("send")}
        onChange={(event) => take(event.target)}
      />
      <input
        ref={(input) => {
          folder.current = input;
          if (input) input.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label={t("sendFolder")}
        onChange={(event) => take(event.target)}
      />
    </div>
  );
}

/** Why something that was asked for did not happen, and the way on. */
export function FilesTroubleText({ trouble }: { trouble: FilesTrouble }) {
  const t = useTranslations("files.trouble");
  const words = useFileWords();
  if (trouble.kind === "tooLargeHere") return t("tooLargeHere", { size: words.size(trouble.limitBytes) });
  return t(trouble.kind);
}

/** Read out: offers, and what came of the newest transfer; not every step of its way. */
function Progress({ transfers, otherName }: { transfers: readonly TransferView[]; otherName: string }) {
  const t = useTranslations("files.announce");
  const words = useFileWords();
  const [newest] = transfers;
  const text = () => {
    if (!newest) return "";
    const values = { what: words.what(newest), name: otherName };
    if (isOffer(newest)) return t("offer", values);
    switch (newest.state.phase) {
      case "done":
        return t(newest.direction === "sending" ? "sent" : "saved", values);
      case "failed":
        return t("failed", values);
      case "declined":
        return t("declined", values);
      case "cancelled":
        return t("cancelled", values);
      default:
        return "";
    }
  };
  return <Announcer message={text()} />;
}
