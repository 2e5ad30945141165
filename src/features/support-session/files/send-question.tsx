"use client";

import { FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import type { CustomerSession } from "@/media/customer-session";
import { entriesOf, type OfferedFile, viewsOf } from "@/media/files/file-entries";
import type { FileView } from "@/media/files/files-state";
import { QuestionCard } from "../question-card";
import { FileList } from "./file-list";
import { useFileWords } from "./use-file-words";

interface Asked {
  readonly files: readonly FileView[];
  readonly answer: (isYes: boolean) => void;
}

/**
 * While the operator controls the machine, files may have been chosen or dropped with the customer's mouse by somebody else: they go
 * only after the customer has seen which.
 *
 * @returns `confirm`: whether these may be sent; at once where only the customer can have chosen them
 */
export function useSendQuestion(
  session: CustomerSession,
  operatorName: string,
): { confirm: (files: readonly OfferedFile[]) => Promise<boolean>; question: ReactNode } {
  const [asked, setAsked] = useState<Asked | null>(null);
  const confirm = async (files: readonly OfferedFile[]) => {
    if (!session.getSnapshot().control.isShared) return true;
    asked?.answer(false);
    return await new Promise<boolean>((resolve) =>
      setAsked({
        files: viewsOf(entriesOf(files)),
        answer: (isYes) => {
          setAsked(null);
          resolve(isYes);
        },
      }),
    );
  };
  return {
    confirm,
    question: asked && <SendQuestion session={session} operatorName={operatorName} asked={asked} />,
  };
}

interface SendQuestionProps {
  session: CustomerSession;
  operatorName: string;
  asked: Asked;
}

function SendQuestion({ session, operatorName, asked }: SendQuestionProps) {
  const t = useTranslations("files.confirm");
  const own = useTranslations("control.customer.own");
  const words = useFileWords();
  const { files, answer } = asked;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return (
    <QuestionCard
      session={session}
      operatorName={operatorName}
      title={t("title", { name: operatorName, what: words.contents(files), size: words.size(bytes) })}
      onDismiss={() => answer(false)}
      renderActions={(isReady) => (
        <>
          <Button variant="primary" size="large" disabled={!isReady} onClick={() => answer(true)}>
            <FileUp aria-hidden className="size-5" />
            {t("send")}
          </Button>
          <Button size="large" onClick={() => answer(false)}>
            {own("no")}
          </Button>
        </>
      )}
    >
      <FileList files={files} size="large" />
      <p>{own("why", { operator: operatorName })}</p>
    </QuestionCard>
  );
}
