"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef } from "react";
import { Skeleton } from "@/components/skeleton";
import { assertUnreachable } from "@/lib/assert-unreachable";
import type { VideoSource } from "@/protocol/signalling";
import { ChoosingStep } from "./choosing-step";
import { ConsentStep } from "./consent-step";
import type { Step } from "./customer-flow";
import { EndedStep } from "./ended-step";
import { NotCapturedStep } from "./not-captured-step";
import { NumberStep } from "./number-step";
import { ElsewhereStep, InsecureStep, InterruptedStep, UnsupportedStep } from "./session-steps";
import type { CustomerAction } from "./use-customer-action";
import { WaitingStep } from "./waiting-step";

interface CustomerStepsProps {
  step: Step;
  prefilled: string | null;
  isFirstStep: boolean;
  cancel: CustomerAction;
  end: CustomerAction;
  onRedeemed: (sessionId: string) => void;
  onShare: (source: VideoSource) => void;
  onNewNumber: () => void;
  renderLive: (step: Extract<Step, { kind: "live" }>) => ReactNode;
}

/** The page of each step. */
export function CustomerSteps({ step, cancel, end, onShare, ...rest }: CustomerStepsProps) {
  switch (step.kind) {
    case "loading":
      return <LoadingStep />;
    case "insecure":
      return <InsecureStep />;
    case "unsupported":
      return <UnsupportedStep end={step.inSession ? end : null} />;
    case "number":
      return (
        <NumberStep prefilled={rest.prefilled} isFirst={rest.isFirstStep} onRedeemed={rest.onRedeemed} />
      );
    case "waiting":
      return <WaitingStep since={step.since} cancel={cancel} />;
    case "consent":
      return (
        <ConsentStep
          operatorName={step.view.operatorName}
          companyName={step.view.companyName}
          logoUrl={step.view.logoUrl}
          consentText={step.view.consentText}
          answerBy={step.view.answerBy}
          source={step.source}
          onAgree={() => onShare(step.source)}
          decline={end}
        />
      );
    case "choosing":
      return <ChoosingStep source={step.source} />;
    case "not_captured":
      return (
        <NotCapturedStep why={step.why} source={step.source} onAgain={() => onShare(step.source)} end={end} />
      );
    case "live":
      return <LiveFrame>{rest.renderLive(step)}</LiveFrame>;
    case "interrupted":
      return (
        <InterruptedStep
          operatorName={step.view.operatorName}
          onAgain={() => onShare(step.source)}
          end={end}
        />
      );
    case "elsewhere":
      return <ElsewhereStep stop={end} />;
    case "ended":
      return (
        <EndedStep
          sessionId={step.view?.sessionId ?? null}
          reason={step.reason}
          operatorName={step.view?.operatorName ?? null}
          companyName={step.view?.companyName ?? null}
          durationSeconds={step.view?.durationSeconds ?? null}
          onNewNumber={rest.onNewNumber}
        />
      );
    default:
      return assertUnreachable(step);
  }
}

/** Takes the focus when the session begins, so that the next press of Tab is on what belongs to it. */
function LiveFrame({ children }: { children: ReactNode }) {
  const t = useTranslations("reception.live");
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    frame.current?.focus();
  }, []);
  return (
    <section
      ref={frame}
      tabIndex={-1}
      aria-label={t("label")}
      className="mx-auto w-full max-w-customer px-4 outline-none"
    >
      {children}
    </section>
  );
}

/** The shape of the number page, for the moment until it is known what to show. */
function LoadingStep() {
  return (
    <div
      aria-busy
      className="mx-auto flex w-full max-w-customer flex-col items-center px-4 pt-4 pb-16 sm:pt-10"
    >
      <Skeleton className="h-9 w-4/5" />
      <Skeleton className="mt-8 h-19 w-72 sm:h-27 sm:w-96" />
      <Skeleton className="mt-16 h-14 w-80 max-w-full" />
    </div>
  );
}
