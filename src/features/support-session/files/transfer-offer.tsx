"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import type { TransferView } from "@/media/files/files-state";
import { FileList } from "./file-list";
import { useFileWords } from "./use-file-words";

interface TransferOfferProps {
  transfer: TransferView;
  /** Who offers. */
  otherName: string;
  onSave: () => Promise<void>;
  onDecline: () => void;
}

/** What the other side wants to send, and the two answers; for the console, whose operator nobody else's hands can answer for. */
export function TransferOffer({ transfer, otherName, onSave, onDecline }: TransferOfferProps) {
  const t = useTranslations("files.offer");
  const words = useFileWords();
  const [isChoosing, setIsChoosing] = useState(false);
  const titleId = `files-offer-${transfer.id}`;
  return (
    <section
      aria-labelledby={titleId}
      className="flex flex-col gap-3 rounded border border-accent bg-surface p-3 text-15"
    >
      <h2 id={titleId} className="font-semibold">
        {t("title", {
          name: otherName,
          what: words.contents(transfer.files),
          size: words.size(transfer.totalBytes),
        })}
      </h2>
      <FileList files={transfer.files} size="medium" />
      <p className="text-13 text-ink-muted">{words.where(transfer)}</p>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          busy={isChoosing}
          onClick={() => {
            setIsChoosing(true);
            void onSave().finally(() => setIsChoosing(false));
          }}
        >
          <Download aria-hidden className="size-5" />
          {transfer.kept === null ? t("save", { count: transfer.files.length }) : t("goOn")}
        </Button>
        <Button onClick={onDecline}>{t("decline")}</Button>
      </div>
    </section>
  );
}
