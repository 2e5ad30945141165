"use client";

import { CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { formatDuration } from "@/lib/format-duration";
import type { EndReason } from "@/protocol/end-reason";
import { StepActions, StepLayout } from "./step-layout";
import { Survey } from "./survey";

interface EndedStepProps {
  /** Null until the server has told of the end. */
  sessionId: string | null;
  reason: EndReason;
  operatorName: string | null;
  companyName: string | null;
  durationSeconds: number | null;
  onNewNumber: () => void;
}

/** How it looks: done as somebody wanted, over without having begun, or cut off. */
const moods = {
  stopped_by_customer: "done",
  ended_by_operator: "done",
  declined_by_customer: "done",
  cancelled_by_customer: "done",
  declined_by_operator: "plain",
  not_answered: "plain",
  connection_lost: "broken",
  relay_lost: "broken",
  revoked: "broken",
  ended_by_supervisor: "done",
  company_suspended: "broken",
} as const satisfies Record<EndReason, "done" | "plain" | "broken">;

const looks = {
  done: { icon: <CircleCheck />, tone: "good" },
  plain: { icon: <Info />, tone: "accent" },
  broken: { icon: <TriangleAlert />, tone: "warn" },
} as const;

/** Why it is over, how long it took, and what to do now. */
export function EndedStep({
  sessionId,
  reason,
  operatorName,
  companyName,
  durationSeconds,
  onNewNumber,
}: EndedStepProps) {
  const t = useTranslations("reception.ended");
  const sentence = useTranslations("endReasons");
  const locale = useLocale();
  const { icon, tone } = looks[moods[reason]];
  const who = operatorName ?? companyName;
  const from = operatorName === null ? null : companyName;
  return (
    <StepLayout
      title="ended"
      icon={icon}
      iconTone={tone}
      heading={sentence(`${reason}.customer`)}
      lead={t(`next.${reason}`)}
    >
      {durationSeconds !== null && (
        <dl className="mx-auto mt-8 flex flex-wrap justify-center gap-x-12 gap-y-4 text-center">
          <div>
            <dt className="text-18 text-ink-muted">{t("duration")}</dt>
            <dd className="font-semibold text-24">{formatDuration(durationSeconds, locale)}</dd>
          </div>
          {who !== null && (
            <div>
              <dt className="text-18 text-ink-muted">{t("operator")}</dt>
              <dd className="font-semibold text-24">{who}</dd>
              {from !== null && <dd className="text-18 text-ink-muted">{from}</dd>}
            </div>
          )}
        </dl>
      )}
      {sessionId !== null && durationSeconds !== null && <Survey key={sessionId} sessionId={sessionId} />}
      <StepActions>
        <Button size="large" onClick={onNewNumber}>
          {t("again")}
        </Button>
      </StepActions>
    </StepLayout>
  );
}
