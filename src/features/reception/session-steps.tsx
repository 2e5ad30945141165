"use client";

import { AppWindow, MonitorX, ShieldOff, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { ActionFailure } from "./action-failure";
import { StepActions, StepLayout } from "./step-layout";
import type { CustomerAction } from "./use-customer-action";

interface InterruptedStepProps {
  operatorName: string;
  /** Opens the browser's picker: called straight from the press. */
  onAgain: () => void;
  end: CustomerAction;
}

/** The session goes on, but this page was loaded again and has lost the picture. */
export function InterruptedStep({ operatorName, onAgain, end }: InterruptedStepProps) {
  const t = useTranslations("reception.interrupted");
  return (
    <StepLayout
      title="interrupted"
      icon={<TriangleAlert />}
      iconTone="warn"
      heading={t("heading")}
      lead={t("lead", { operator: operatorName })}
    >
      <ActionFailure refusal={end.refusal} />
      <StepActions>
        <Button variant="primary" size="large" onClick={onAgain} disabled={end.isBusy}>
          {t("again")}
        </Button>
        <Button size="large" busy={end.isBusy} onClick={end.run}>
          {t("end")}
        </Button>
      </StepActions>
    </StepLayout>
  );
}

/** Another tab of this browser shares the screen. */
export function ElsewhereStep({ stop }: { stop: CustomerAction }) {
  const t = useTranslations("reception.elsewhere");
  return (
    <StepLayout title="elsewhere" icon={<AppWindow />} heading={t("heading")} lead={t("lead")}>
      <ActionFailure refusal={stop.refusal} />
      <StepActions>
        <Button variant="stop" size="large" busy={stop.isBusy} onClick={stop.run}>
          {t("stop")}
        </Button>
      </StepActions>
    </StepLayout>
  );
}

/** This browser has neither a screen to share nor a camera; `end` when a session waits for it already. */
export function UnsupportedStep({ end }: { end: CustomerAction | null }) {
  const t = useTranslations("reception.unsupported");
  return (
    <StepLayout title="failure" icon={<MonitorX />} iconTone="warn" heading={t("heading")} lead={t("lead")}>
      {end && (
        <>
          <ActionFailure refusal={end.refusal} />
          <StepActions>
            <Button variant="primary" size="large" busy={end.isBusy} onClick={end.run}>
              {t("end")}
            </Button>
          </StepActions>
        </>
      )}
    </StepLayout>
  );
}

/** Browsers share only from a secure context (W3C secure-contexts): an https address, or this machine itself. */
export function InsecureStep() {
  const t = useTranslations("reception.insecure");
  return (
    <StepLayout
      title="failure"
      icon={<ShieldOff />}
      iconTone="stop"
      heading={t("heading")}
      lead={t("lead")}
    />
  );
}
