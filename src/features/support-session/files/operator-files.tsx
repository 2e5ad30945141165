"use client";

import { Inbox } from "lucide-react";
import { useTranslations } from "next-intl";
import { createPortal } from "react-dom";
import { Button } from "@/components/button";
import type { OperatorControl } from "@/media/control/operator-control";
import type { FileTransfers } from "@/media/files/file-transfers";
import type { RequestStanding } from "../control-state";
import { ChooseFiles, FilesSection } from "./files-section";
import { TransferOffer } from "./transfer-offer";
import { useDropZone } from "./use-drop-zone";
import { useFiles } from "./use-files";

interface OperatorFilesProps {
  files: FileTransfers;
  control: OperatorControl;
  standing: RequestStanding;
  /** Something was dropped: what becomes of it is to be seen. */
  onDropped: () => void;
}

/** Files in the console's side panel; they can be dropped anywhere on the page. */
export function OperatorFiles({ files, control, standing, onDropped }: OperatorFilesProps) {
  const t = useTranslations("files");
  const state = useFiles(files);
  const canSend = state.way === "open" && standing === "granted";
  const isOver = useDropZone(canSend, (dropped) => {
    onDropped();
    void state.send(dropped);
  });
  return (
    <div className="flex h-full flex-col gap-3 overflow-y-auto p-4">
      {canSend ? (
        <ChooseFiles size="medium" onFiles={(chosen) => void state.send(chosen)} />
      ) : (
        <Permission control={control} standing={standing} />
      )}
      <FilesSection
        files={files}
        state={state}
        otherName={t("customer")}
        inlineName={t("customerInline")}
        size="medium"
        renderOffer={(transfer) => (
          <TransferOffer
            key={transfer.id}
            transfer={transfer}
            otherName={t("customer")}
            onSave={() => state.save(transfer)}
            onDecline={() => files.decline(transfer.id)}
          />
        )}
        empty={
          canSend && (
            <p className="flex flex-col items-center gap-2 rounded border border-line border-dashed px-3 py-6 text-center text-15 text-ink-muted">
              <Inbox aria-hidden className="size-6" />
              {t("emptyOperator")}
            </p>
          )
        }
      />
      {isOver &&
        // Over the whole page, also while the panel is folded.
        createPortal(
          <div className="pointer-events-none fixed inset-3 z-50 grid place-items-center rounded-large border-2 border-accent border-dashed bg-ground/85">
            <p className="font-semibold text-24">{t("dropHere")}</p>
          </div>,
          document.body,
        )}
    </div>
  );
}

/** Files are the customer's to allow. */
function Permission({ control, standing }: Pick<OperatorFilesProps, "control" | "standing">) {
  const t = useTranslations("files.permission");
  return (
    <div className="flex flex-col items-start gap-2 text-15">
      <p className="text-ink-muted">{t(`standing.${standing}`)}</p>
      {standing === "asked" && <Button onClick={() => control.withdraw("file")}>{t("withdraw")}</Button>}
      {(standing === "free" || standing === "denied") && (
        <Button variant="primary" onClick={() => control.request("file")}>
          {t("request")}
        </Button>
      )}
    </div>
  );
}
