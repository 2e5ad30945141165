"use client";

import { Hourglass } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { ElapsedTime } from "@/components/time";
import { ActionFailure } from "./action-failure";
import { StepActions, StepLayout } from "./step-layout";
import type { CustomerAction } from "./use-customer-action";

const steps = ["accept", "ask", "choose"] as const;

/** Nobody is known yet: what happens next, and the way out. */
export function WaitingStep({ since, cancel }: { since: Date; cancel: CustomerAction }) {
  const t = useTranslations("reception.waiting");
  return (
    <StepLayout
      title="waiting"
      icon={<Hourglass className="animate-breathe" />}
      heading={t("heading")}
      lead={t("lead")}
    >
      <p className="mt-2 text-center text-18 text-ink-muted">
        {t("since")} <ElapsedTime since={since} className="font-semibold text-ink" />
      </p>
      <ol className="mt-8 overflow-hidden rounded-large border border-line bg-surface">
        {steps.map((step, index) => (
          <li key={step} className="flex items-start gap-4 border-line border-b px-5 py-4 last:border-b-0">
            <span
              aria-hidden
              className="flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent"
            >
              {index + 1}
            </span>
            <span className="pt-0.5">{t(`steps.${step}`)}</span>
          </li>
        ))}
      </ol>
      <ActionFailure refusal={cancel.refusal} />
      <StepActions>
        <Button size="large" busy={cancel.isBusy} onClick={cancel.run}>
          {t("cancel")}
        </Button>
      </StepActions>
    </StepLayout>
  );
}
