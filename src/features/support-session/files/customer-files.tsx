"use client";

import { useTranslations } from "next-intl";
import type { CustomerSession } from "@/media/customer-session";
import { waitingOffers } from "@/media/files/files-state";
import { ChooseFiles, FilesSection } from "./files-section";
import { OfferQuestion } from "./offer-question";
import { useSendQuestion } from "./send-question";
import { useDropZone } from "./use-drop-zone";
import { useFiles } from "./use-files";

interface CustomerFilesProps {
  session: CustomerSession;
  operatorName: string;
  /** Whether the customer is asked something else, which comes first. */
  isAsked: boolean;
}

/** Files on the customer's page: nothing to be seen of it before the customer has allowed it or something has moved. */
export function CustomerFiles({ session, operatorName, isAsked }: CustomerFilesProps) {
  const t = useTranslations("files");
  const sending = useSendQuestion(session, operatorName);
  const state = useFiles(session.files, sending.confirm);
  const canSend = state.way === "open";
  useDropZone(canSend, (dropped) => void state.send(dropped));
  const [offer] = waitingOffers(state);
  if (!canSend && state.transfers.length === 0) return null;
  return (
    <section aria-labelledby="session-files">
      <h2 id="session-files" className="font-semibold text-18">
        {t("heading", { name: operatorName })}
      </h2>
      <div className="mt-2 flex flex-col gap-3 rounded border border-line bg-surface p-4">
        <FilesSection
          files={session.files}
          state={state}
          otherName={operatorName}
          size="large"
          empty={<p className="text-18 text-ink-muted">{t("emptyCustomer", { name: operatorName })}</p>}
        />
        {canSend && <ChooseFiles size="large" onFiles={(chosen) => void state.send(chosen)} />}
      </div>
      {!isAsked &&
        (sending.question ??
          (offer && (
            <OfferQuestion
              key={offer.id}
              session={session}
              operatorName={operatorName}
              transfer={offer}
              state={state}
            />
          )))}
    </section>
  );
}
