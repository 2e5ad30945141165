"use client";

import { CircleAlert, Monitor } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { cn } from "@/lib/class-names";
import { capturedSurface, captureScreen } from "@/media/capture";
import type { CustomerSession } from "@/media/customer-session";
import type { ToolPlatform } from "@/protocol/control";
import type { CustomerControlState } from "./customer-control-state";
import { StartTool } from "./start-tool";

interface ControlGuideProps {
  session: CustomerSession;
  state: CustomerControlState;
  platform: ToolPlatform;
  sharesDevice: boolean;
  operatorName: string;
  onSaved: (isSaved: boolean) => void;
}

/** What is still to be done before the operator can control, or what stands in the way: one thing at a time, with its one button. */
export function ControlGuide(props: ControlGuideProps) {
  const { state, operatorName } = props;
  const t = useTranslations("control.customer");
  switch (state.kind) {
    case "wholeScreen":
      return <ShareWholeScreen {...props} />;
    case "start":
      return <StartTool {...props} isAgain={state.isAgain} />;
    case "blocked":
      return (
        <GuideCard
          tone="warn"
          icon={<CircleAlert aria-hidden className="mt-1 size-6 shrink-0 text-warn-text" />}
          heading={t(`hindrance.${state.obstacle}`)}
        >
          <p>{t(`wayOn.${state.obstacle}`, { operator: operatorName })}</p>
        </GuideCard>
      );
    default:
      return null;
  }
}

function ShareWholeScreen({ session, operatorName }: ControlGuideProps) {
  const t = useTranslations("control.customer");
  const [trouble, setTrouble] = useState<"still" | "failed" | null>(null);
  const share = async () => {
    setTrouble(null);
    // First of all: browsers show their picker only in answer to a press.
    const outcome = await session.guard(() => captureScreen("monitor"));
    if (outcome.kind === "captured") {
      const surface = capturedSurface(outcome.stream);
      if (surface === "window" || surface === "browser") setTrouble("still");
      await session.replacePicture(outcome);
    } else if (outcome.kind !== "cancelled") {
      setTrouble("failed");
    }
  };
  return (
    <GuideCard
      icon={<Monitor aria-hidden className="mt-1 size-6 shrink-0 text-accent" />}
      heading={t("whole.heading")}
      actions={
        <Button variant="primary" size="large" onClick={() => share().catch(() => setTrouble("failed"))}>
          {t("whole.button")}
        </Button>
      }
    >
      <p>{t("whole.detail", { operator: operatorName })}</p>
      <p role="alert" className="text-stop-text">
        {trouble && t(trouble === "still" ? "whole.still" : "failed")}
      </p>
    </GuideCard>
  );
}

interface GuideCardProps {
  tone?: "plain" | "warn";
  icon: ReactNode;
  heading: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A step on the way, in the page's flow. It comes into sight and takes the focus when it appears, so that it is read. */
export function GuideCard({ tone = "plain", icon, heading, actions, children }: GuideCardProps) {
  const title = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another heading is another step.
  useEffect(() => {
    title.current?.focus({ preventScroll: true });
    title.current?.scrollIntoView({ block: "center" });
  }, [heading]);
  return (
    <section
      className={cn(
        "rounded-large border p-5 text-18 sm:p-6",
        tone === "warn" ? "border-warn-text/30 bg-warn-soft" : "border-accent bg-surface",
      )}
    >
      <div className="flex gap-3">
        <span className="hidden sm:block">{icon}</span>
        <div className="min-w-0 flex-1">
          <h2 ref={title} tabIndex={-1} className="font-semibold text-24 outline-none">
            {heading}
          </h2>
          <div className="mt-2 space-y-3">{children}</div>
        </div>
      </div>
      {actions && <div className="mt-5 flex flex-col gap-3 sm:flex-row sm:flex-wrap">{actions}</div>}
    </section>
  );
}
