"use client";

import { Building2, Eye, EyeOff, FileText } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { Skeleton } from "@/components/skeleton";
import { Countdown } from "@/components/time";
import type { VideoSource } from "@/protocol/signalling";
import { ActionFailure } from "./action-failure";
import { CompanyMark } from "./company-mark";
import { DeviceFacts } from "./device-facts";
import { FraudWarning } from "./fraud-warning";
import { StepActions, StepLayout } from "./step-layout";
import type { CustomerAction } from "./use-customer-action";
import { useDeviceInformation } from "./use-device-information";

interface ConsentStepProps {
  operatorName: string;
  companyName: string;
  logoUrl: string | null;
  /** The company's own words, as plain text; empty: none. */
  consentText: string;
  answerBy: Date;
  /** What this browser can show. */
  source: VideoSource;
  /** Opens the browser's picker: called straight from the press. */
  onAgree: () => void;
  decline: CustomerAction;
}

/** Who asks, what will be seen, what is not possible, what is stored. Nothing is shared before the press on Agree. */
export function ConsentStep({
  operatorName,
  companyName,
  logoUrl,
  consentText,
  answerBy,
  source,
  onAgree,
  decline,
}: ConsentStepProps) {
  const t = useTranslations("reception.consent");
  const device = useDeviceInformation();
  const isScreen = source === "screen";
  return (
    <StepLayout
      title="consent"
      mark={<CompanyMark companyName={companyName} logoUrl={logoUrl} />}
      heading={t(isScreen ? "heading" : "headingCamera", { operator: operatorName, company: companyName })}
      lead={t("lead")}
    >
      <div className="mt-8 divide-y divide-line rounded-large border border-line bg-surface">
        <Topic icon={<Eye />} title={t("seen.title")}>
          <p>{t(isScreen ? "seen.screen" : "seen.camera")}</p>
          <p>{t("seen.pointer")}</p>
          <p>{t("seen.supervisor", { company: companyName })}</p>
        </Topic>
        <Topic icon={<EyeOff />} title={t("impossible.title")}>
          <p>{t("impossible.control")}</p>
          <p>{t("impossible.sound")}</p>
        </Topic>
        <Topic icon={<FileText />} title={t("stored.title")}>
          <p>{t("stored.session")}</p>
          <p className="mt-2">{t("stored.device")}</p>
          {device ? <DeviceFacts device={device} /> : <Skeleton className="mt-1 h-28 w-full" />}
        </Topic>
        {consentText !== "" && (
          <Topic icon={<Building2 />} title={t("own.title", { company: companyName })}>
            <p className="whitespace-pre-line break-words">{consentText}</p>
          </Topic>
        )}
      </div>
      <FraudWarning />
      <ActionFailure refusal={decline.refusal} />
      {/* The answer stays in sight however long the page is: nobody has to look for the button, or for the No. */}
      <div className="sticky bottom-0 -mx-4 mt-8 -mb-16 border-line border-t bg-ground px-4 py-4">
        <p className="mb-3 text-center text-18 text-ink-muted">
          {t.rich("answerBy", { time: () => <Countdown until={answerBy} /> })}
        </p>
        <StepActions className="mt-0">
          <Button variant="primary" size="large" onClick={onAgree} disabled={decline.isBusy}>
            {t(isScreen ? "agree" : "agreeCamera")}
          </Button>
          <Button size="large" busy={decline.isBusy} onClick={decline.run}>
            {t("decline")}
          </Button>
        </StepActions>
      </div>
    </StepLayout>
  );
}

function Topic({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <section className="flex gap-4 px-5 py-5">
      <div aria-hidden className="mt-0.5 shrink-0 text-accent [&_svg]:size-6">
        {icon}
      </div>
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold text-18">{title}</h2>
        <div className="mt-1 space-y-1">{children}</div>
      </div>
    </section>
  );
}
