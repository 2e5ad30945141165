"use client";

import { useTranslations } from "next-intl";
import { cn } from "@/lib/class-names";
import type { Seats } from "@/protocol/operator-accounts";

/** From this share on the bar warns. */
const NEARLY_FULL = 0.9;

/** How many of the plan's seats are taken. The words say it; the bar repeats it. */
export function SeatsMeter({ seats }: { seats: Seats | undefined }) {
  const t = useTranslations("operators.seats");
  const used = seats?.used ?? 0;
  const total = seats?.total ?? 1;
  const left = Math.max(0, total - used);
  const share = Math.min(1, used / total);
  return (
    <div className="mb-6 rounded border border-line bg-surface px-4 py-3">
      <div className="flex min-h-6 flex-wrap items-baseline justify-between gap-x-4">
        <p className="font-semibold text-15 tabular-nums">
          {seats ? t("used", { used, total }) : t("label")}
        </p>
        <p className={cn("text-13 tabular-nums", seats && left === 0 ? "text-warn-text" : "text-ink-muted")}>
          {seats && t("left", { left })}
        </p>
      </div>
      <div aria-hidden className="mt-2 h-1.5 overflow-hidden rounded-full bg-sunken">
        <div
          className={cn("h-full rounded-full", share >= NEARLY_FULL ? "bg-warn" : "bg-accent")}
          style={{ width: `${share * 100}%` }}
        />
      </div>
      {seats && left === 0 && <p className="mt-2 text-13 text-ink-muted">{t("full")}</p>}
    </div>
  );
}
