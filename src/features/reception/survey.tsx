"use client";

import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { type SurveyAnswer, surveyAnswers } from "@/protocol/session-log";
import { appErrorCode } from "@/trpc/app-error";
import { useTRPCClient } from "@/trpc/client";

type State =
  | { readonly kind: "asking"; readonly sending: SurveyAnswer | null; readonly failed: boolean }
  | { readonly kind: "answered" };

const KEY_PREFIX = "madoguchi.survey.";

/** One question, one press; then thanks. Not asked again in this tab, and the server takes only the first answer. */
export function Survey({ sessionId }: { sessionId: string }) {
  const t = useTranslations("reception.survey");
  const client = useTRPCClient();
  const [state, setState] = useState<State>({ kind: "asking", sending: null, failed: false });
  const thanks = useRef<HTMLParagraphElement>(null);
  const pressed = useRef(false);
  useEffect(() => {
    if (wasAnswered(sessionId)) setState({ kind: "answered" });
  }, [sessionId]);
  useEffect(() => {
    // The pressed button is gone; whoever uses the keyboard goes on from here.
    if (state.kind === "answered" && pressed.current) thanks.current?.focus();
  }, [state.kind]);

  const answer = (choice: SurveyAnswer) => {
    if (state.kind === "answered" || state.sending) return;
    pressed.current = true;
    setState({ kind: "asking", sending: choice, failed: false });
    client.customer.answerSurvey.mutate({ answer: choice }).then(
      () => setState(answered(sessionId)),
      (error: unknown) => {
        // Answered already, perhaps in another tab: thanks all the same.
        const isOver = appErrorCode(error) === "SESSION_WRONG_PHASE";
        setState(isOver ? answered(sessionId) : { kind: "asking", sending: null, failed: true });
      },
    );
  };

  return (
    <section
      aria-label={t("question")}
      className="mt-8 min-h-68 rounded-large bg-sunken p-5 text-center sm:min-h-33"
    >
      {state.kind === "answered" ? (
        <p
          ref={thanks}
          tabIndex={-1}
          role="status"
          className="flex min-h-58 items-center justify-center gap-2 text-18 outline-none sm:min-h-23"
        >
          <Check aria-hidden className="size-5 text-good-text" />
          {t("thanks")}
        </p>
      ) : (
        <>
          <h2 className="font-semibold text-18">{t("question")}</h2>
          <div className="mt-3 grid gap-3 sm:flex sm:justify-center">
            {surveyAnswers.map((choice) => (
              <Button
                key={choice}
                size="large"
                className="sm:min-w-28"
                busy={state.sending === choice}
                onClick={() => answer(choice)}
              >
                {t(choice)}
              </Button>
            ))}
          </div>
          <p role="alert" className="mt-3 text-18 text-stop-text empty:hidden">
            {state.failed ? t("failed") : null}
          </p>
        </>
      )}
    </section>
  );
}

function wasAnswered(sessionId: string): boolean {
  try {
    return window.sessionStorage.getItem(KEY_PREFIX + sessionId) !== null;
  } catch {
    return false;
  }
}

function answered(sessionId: string): State {
  try {
    window.sessionStorage.setItem(KEY_PREFIX + sessionId, "1");
  } catch {
    // Without storage it is asked again after a reload, and the server keeps the first answer.
  }
  return { kind: "answered" };
}
