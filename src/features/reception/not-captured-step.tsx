"use client";

import { MonitorX, MousePointerClick, Settings } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import type { VideoSource } from "@/protocol/signalling";
import { ActionFailure } from "./action-failure";
import { StepActions, StepLayout } from "./step-layout";
import type { CustomerAction } from "./use-customer-action";
import { useDeviceInformation } from "./use-device-information";

interface NotCapturedStepProps {
  why: "cancelled" | "refused_by_system" | "failed";
  source: VideoSource;
  /** Opens the browser's picker again: called straight from the press. */
  onAgain: () => void;
  end: CustomerAction;
}

const hints = ["open", "allow", "restart"] as const;

/** The picker gave nothing: why, what can be done about it, and a way out. */
export function NotCapturedStep({ why, source, onAgain, end }: NotCapturedStepProps) {
  const t = useTranslations("reception");
  const device = useDeviceInformation();
  const isCamera = source === "camera";
  // A camera's "no" is remembered by the browser, so that only its settings help.
  const isRefused = why === "refused_by_system" || (why === "cancelled" && isCamera);
  const system = isCamera ? "camera" : systemOf(device?.osName ?? "");
  const { icon, heading, lead } = isRefused
    ? {
        icon: <Settings />,
        heading: t(isCamera ? "refused.headingCamera" : "refused.heading"),
        lead: undefined,
      }
    : why === "cancelled"
      ? { icon: <MousePointerClick />, heading: t("cancelled.heading"), lead: t("cancelled.lead") }
      : {
          icon: <MonitorX />,
          heading: t(isCamera ? "failed.headingCamera" : "failed.heading"),
          lead: t(isCamera ? "failed.leadCamera" : "failed.lead"),
        };
  return (
    <StepLayout title="failure" icon={icon} iconTone="warn" heading={heading} lead={lead}>
      {isRefused && (
        <ol className="mt-6 list-decimal space-y-2 rounded-large border border-line bg-surface py-5 pr-5 pl-11">
          {hints.map((hint) => (
            <li key={hint}>{t(`refused.${system}.${hint}`)}</li>
          ))}
        </ol>
      )}
      <ActionFailure refusal={end.refusal} />
      <StepActions>
        <Button variant="primary" size="large" onClick={onAgain} disabled={end.isBusy}>
          {t(isCamera ? "cancelled.againCamera" : "cancelled.again")}
        </Button>
        <Button size="large" busy={end.isBusy} onClick={end.run}>
          {t("cancelled.end")}
        </Button>
      </StepActions>
    </StepLayout>
  );
}

function systemOf(osName: string): "macos" | "windows" | "other" {
  if (/mac/i.test(osName)) return "macos";
  return /windows/i.test(osName) ? "windows" : "other";
}
