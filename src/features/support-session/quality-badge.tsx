"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { Popover } from "radix-ui";
import { Announcer } from "@/components/announcer";
import { StatusDot, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { Skeleton } from "@/components/skeleton";
import type { QualityPoint } from "@/media/quality-history";
import type { Quality } from "@/media/session-state";
import { useQualityAnnouncement, useQualityReason } from "./use-quality-text";

/** Charts are a large part of the page's code, and few look at them. */
const QualityPanel = dynamic(() => import("./quality-panel"), {
  ssr: false,
  loading: () => <Skeleton className="h-[25rem] rounded-small" />,
});

const toneOf: Readonly<Record<Quality["grade"], Tone>> = { good: "good", fair: "warn", poor: "stop" };

/** The connection's quality in a word. */
export function QualityWord({ quality }: { quality: Quality | null }) {
  const t = useTranslations("session.quality");
  return <span>{t(quality?.grade ?? "unknown")}</span>;
}

/** The word, and behind it what makes the connection so, and how it was lately. */
export function QualityDetails({
  quality,
  history,
  controlDelayMs = null,
}: {
  quality: Quality | null;
  history: readonly QualityPoint[];
  /** Null: nothing is being controlled. */
  controlDelayMs?: number | null;
}) {
  const t = useTranslations("session.quality");
  const word = t(quality?.grade ?? "unknown");
  const reason = useQualityReason(quality);
  const announcement = useQualityAnnouncement(quality, t("announcement", { grade: word, reason }));
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button
          variant="quiet"
          size="small"
          className="font-normal"
          aria-label={t("detailsHint", { grade: word })}
        >
          <StatusDot tone={quality ? toneOf[quality.grade] : "neutral"}>
            <QualityWord quality={quality} />
          </StatusDot>
        </Button>
      </Popover.Trigger>
      <Announcer message={announcement} />
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t("detailsTitle")}
          className="z-50 max-h-(--radix-popover-content-available-height) w-80 max-w-[calc(100vw-1rem)] animate-appear overflow-y-auto rounded border border-line bg-surface p-4 text-15 text-ink shadow-float"
        >
          <div className="flex items-baseline justify-between gap-4">
            <p className="font-semibold">{word}</p>
            <p className="text-13 text-ink-muted">{t("span")}</p>
          </div>
          {/* Two lines of room, so that the charts stay where they are when the sentence changes. */}
          <p className="mt-1 mb-3 min-h-[2lh]">{reason}</p>
          <QualityPanel history={history} />
          {controlDelayMs !== null && (
            <p className="mt-3 flex items-baseline justify-between gap-4">
              <span className="text-ink-muted">{t("controlDelay")}</span>
              <span className="font-semibold tabular-nums">
                {t("milliseconds", { value: String(controlDelayMs) })}
              </span>
            </p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
