"use client";

import { useFormatter, useTranslations } from "next-intl";
import { StatusDot, type Tone } from "@/components/badge";
import type { CheckStep, StepResult } from "@/media/connectivity-check";

const tones: Readonly<Record<StepResult["state"], Tone>> = {
  waiting: "neutral",
  running: "accent",
  good: "good",
  slow: "warn",
  failed: "stop",
  skipped: "neutral",
};

/** One way or ability: what it is, how it is, and a sentence. */
export function CheckRow({ step, result }: { step: CheckStep; result: StepResult }) {
  const t = useTranslations("check");
  const format = useFormatter();
  const { state } = result;
  const sentence = () => {
    switch (result.state) {
      case "waiting":
      case "running":
        return t(`steps.${step}.about`);
      case "skipped":
        return t("skipped");
      case "failed":
        return t(`steps.${step}.failed`);
      case "good":
      case "slow":
        return t(`steps.${step}.${result.state}`, {
          time: format.number(Math.max(1, Math.round(result.rttMs ?? 0))),
          rate: format.number((result.bitrateBps ?? 0) / 1_000_000, { maximumSignificantDigits: 2 }),
        });
    }
  };
  const label = step === "sharing" && state === "slow" ? t("states.cameraOnly") : t(`states.${state}`);
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 px-5 py-4">
      <h2 className="font-semibold text-18">{t(`steps.${step}.name`)}</h2>
      <p className="flex min-h-7 items-center whitespace-nowrap text-15">
        <StatusDot tone={tones[state]} active={state === "running"}>
          {label}
        </StatusDot>
      </p>
      {/* Room for two lines, so that nothing below moves when the sentence changes. */}
      <p className="col-span-2 min-h-[3.4em] text-15 text-ink-muted sm:min-h-[1.7em]">{sentence()}</p>
    </li>
  );
}
