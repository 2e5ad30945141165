"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { cn } from "@/lib/class-names";
import type { TransferView } from "@/media/files/files-state";
import { FileList } from "./file-list";
import { useFileWords } from "./use-file-words";

interface TransferOfferProps {
  transfer: TransferView;
  /** Who offers. */
  otherName: string;
  size: "medium" | "large";
  onSave: () => Promise<void>;
  onDecline: () => void;
}

/** What the other side wants to send, and the two answers. */
export function TransferOffer({ transfer, otherName, size, onSave, onDecline }: TransferOfferProps) {
  const t = useTranslations("files.offer");
  const words = useFileWords();
  const [isChoosing, setIsChoosing] = useState(false);
  const titleId = `files-offer-${transfer.id}`;
  return (
    <section
      aria-labelledby={titleId}
      className={cn(
        "flex flex-col gap-3 rounded border border-accent bg-surface",
        size === "large" ? "p-4 text-18" : "p-3 text-15",
      )}
    >
      <h3 id={titleId} className="font-semibold">
        {t("title", {
          name: otherName,
          count: transfer.files.length,
          size: words.size(transfer.totalBytes),
        })}
      </h3>
      <FileList transfer={transfer} size={size} />
      <p className={cn("text-ink-muted", size === "medium" && "text-13")}>{t("where")}</p>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          size={size}
          busy={isChoosing}
          onClick={() => {
            setIsChoosing(true);
            void onSave().finally(() => setIsChoosing(false));
          }}
        >
          <Download aria-hidden className="size-5" />
          {t("save")}
        </Button>
        <Button size={size} onClick={onDecline}>
          {t("decline")}
        </Button>
      </div>
    </section>
  );
}
