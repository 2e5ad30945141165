"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import type { CustomerSession } from "@/media/customer-session";
import { QuestionCard } from "./question-card";

/** A permission that is switched on. Control and the picture are not among them: nobody else has the mouse while one of them is off. */
export type OwnWish = "pointer" | "clipboard" | "file";

interface Asked {
  readonly wish: OwnWish;
  readonly act: () => void;
}

/**
 * Asks the customer before the page does what only the customer may want, while somebody else has the mouse too.
 *
 * @returns `ask`: acts at once where the press can only be the customer's own
 */
export function useOwnQuestion(
  session: CustomerSession,
  operatorName: string,
): { ask: (wish: OwnWish, act: () => void) => void; question: ReactNode } {
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = (wish: OwnWish, act: () => void) => {
    if (session.getSnapshot().control.isShared) setAsked({ wish, act });
    else act();
  };
  return {
    ask,
    question: asked && (
      <OwnQuestion
        session={session}
        operatorName={operatorName}
        wish={asked.wish}
        onAnswer={(isYes) => {
          setAsked(null);
          if (isYes) asked.act();
        }}
      />
    ),
  };
}

interface OwnQuestionProps {
  session: CustomerSession;
  operatorName: string;
  wish: OwnWish;
  onAnswer: (isYes: boolean) => void;
}

function OwnQuestion({ session, operatorName, wish, onAnswer }: OwnQuestionProps) {
  const t = useTranslations("control.customer.own");
  return (
    <QuestionCard
      session={session}
      operatorName={operatorName}
      title={t(`${wish}.title`, { operator: operatorName })}
      onDismiss={() => onAnswer(false)}
      renderActions={(isReady) => (
        <>
          <Button variant="primary" size="large" disabled={!isReady} onClick={() => onAnswer(true)}>
            {t(`${wish}.yes`)}
          </Button>
          <Button size="large" onClick={() => onAnswer(false)}>
            {t("no")}
          </Button>
        </>
      )}
    >
      <p>{t("why", { operator: operatorName })}</p>
    </QuestionCard>
  );
}
