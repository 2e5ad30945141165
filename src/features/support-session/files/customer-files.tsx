"use client";

import { useTranslations } from "next-intl";
import type { FileTransfers } from "@/media/files/file-transfers";
import { ChooseFiles, FilesSection, sendChosen } from "./files-section";
import { useDropZone } from "./use-drop-zone";
import { useFiles } from "./use-files";

/** Files on the customer's page: nothing to be seen of it before the customer has allowed it or something has moved. */
export function CustomerFiles({ files, operatorName }: { files: FileTransfers; operatorName: string }) {
  const t = useTranslations("files");
  const state = useFiles(files);
  const canSend = state.way === "open";
  useDropZone(canSend, (dropped) => void state.send(dropped));
  if (!canSend && state.transfers.length === 0) return null;
  return (
    <section aria-labelledby="session-files">
      <h2 id="session-files" className="font-semibold text-18">
        {t("heading", { name: operatorName })}
      </h2>
      <div className="mt-2 flex flex-col gap-3 rounded border border-line bg-surface p-4">
        <FilesSection
          files={files}
          state={state}
          otherName={operatorName}
          size="large"
          empty={<p className="text-18 text-ink-muted">{t("emptyCustomer", { name: operatorName })}</p>}
        />
        {canSend && <ChooseFiles size="large" onFiles={sendChosen(state.send)} />}
      </div>
    </section>
  );
}
