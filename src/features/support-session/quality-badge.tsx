"use client";

import { useTranslations } from "next-intl";
import { Popover } from "radix-ui";
import { StatusDot, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import type { Quality } from "@/media/session-state";
import { type Figure, qualityFigures } from "./quality-figures";

const toneOf: Readonly<Record<Quality["grade"], Tone>> = { good: "good", fair: "warn", poor: "stop" };

/** The connection's quality in a word. */
export function QualityWord({ quality }: { quality: Quality | null }) {
  const t = useTranslations("session.quality");
  return <span>{t(quality?.grade ?? "unknown")}</span>;
}

/** The word, and behind it the figures for those who want them. */
export function QualityDetails({ quality }: { quality: Quality | null }) {
  const t = useTranslations("session.quality");
  const figures = qualityFigures(quality);
  const tell = (figure: Figure) => {
    if (figure.unit === "none") return t("none");
    if (figure.unit === "plain") return String(figure.value);
    return t(figure.unit, { value: String(figure.value) });
  };
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button
          variant="quiet"
          size="small"
          className="font-normal"
          aria-label={t("detailsHint", { grade: t(quality?.grade ?? "unknown") })}
        >
          <StatusDot tone={quality ? toneOf[quality.grade] : "neutral"}>
            <QualityWord quality={quality} />
          </StatusDot>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t("detailsTitle")}
          className="z-50 w-72 animate-appear rounded border border-line bg-surface p-4 text-ink shadow-float"
        >
          <p className="mb-2 font-semibold text-15">{t("detailsTitle")}</p>
          <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 text-15">
            {(["roundTrip", "loss", "frames", "bitrate"] as const).map((name) => (
              <div key={name} className="contents">
                <dt className="text-ink-muted">{t(name)}</dt>
                <dd className="text-right tabular-nums">{tell(figures[name])}</dd>
              </div>
            ))}
          </dl>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
