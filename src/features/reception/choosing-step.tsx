"use client";

import { AppWindow, Camera } from "lucide-react";
import { useTranslations } from "next-intl";
import type { VideoSource } from "@/protocol/signalling";
import { StepLayout } from "./step-layout";

/** Stands behind the browser's own picker and says what to do there. */
export function ChoosingStep({ source }: { source: VideoSource }) {
  const t = useTranslations("reception.choosing");
  const isScreen = source === "screen";
  return (
    <StepLayout
      title="choosing"
      icon={isScreen ? <AppWindow /> : <Camera />}
      heading={t(isScreen ? "heading" : "headingCamera")}
      lead={t(isScreen ? "lead" : "leadCamera")}
      focusHeading={false}
    >
      <p role="status" className="mt-4 text-center text-18 text-ink-muted">
        {t("notSeen")}
      </p>
    </StepLayout>
  );
}
