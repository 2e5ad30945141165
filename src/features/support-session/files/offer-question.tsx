"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import type { CustomerSession } from "@/media/customer-session";
import type { TransferView } from "@/media/files/files-state";
import { QuestionCard } from "../question-card";
import { FileList } from "./file-list";
import { FilesTroubleText } from "./files-section";
import { useFileWords } from "./use-file-words";
import type { useFiles } from "./use-files";

interface OfferQuestionProps {
  session: CustomerSession;
  operatorName: string;
  transfer: TransferView;
  state: ReturnType<typeof useFiles>;
}

/**
 * What the operator wants to send, as a question: an operator who controls the machine could save it otherwise. The browser's dialog
 * for the place opens while the question is still there, so that the place is the customer's choice too. What a browser asks by itself
 * when it saves a download later is not held: by then the customer has said yes to these very files.
 */
export function OfferQuestion({ session, operatorName, transfer, state }: OfferQuestionProps) {
  const t = useTranslations("files.offer");
  const words = useFileWords();
  const [isChoosing, setIsChoosing] = useState(false);
  const decline = () => session.files.decline(transfer.id);
  const save = () => {
    setIsChoosing(true);
    void state.save(transfer).finally(() => setIsChoosing(false));
  };
  return (
    <QuestionCard
      session={session}
      operatorName={operatorName}
      title={t("title", {
        name: operatorName,
        what: words.contents(transfer.files),
        size: words.size(transfer.totalBytes),
      })}
      onDismiss={decline}
      renderActions={(isReady) => (
        <>
          <Button variant="primary" size="large" disabled={!isReady} busy={isChoosing} onClick={save}>
            <Download aria-hidden className="size-5" />
            {transfer.kept === null ? t("save", { count: transfer.files.length }) : t("goOn")}
          </Button>
          <Button size="large" onClick={decline}>
            {t("decline")}
          </Button>
        </>
      )}
    >
      <FileList files={transfer.files} size="large" />
      <p className="text-ink-muted">{words.where(transfer)}</p>
      <p role="alert" className="text-stop-text empty:hidden">
        {state.trouble && <FilesTroubleText trouble={state.trouble} />}
      </p>
    </QuestionCard>
  );
}
