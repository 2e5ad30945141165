"use client";

import { useTranslations } from "next-intl";
import { useClock } from "@/components/use-clock";
import { formatClock } from "@/lib/format-duration";

/** How long there is to come back, counted down. Not for live regions: it would be read out every second. */
export function EndsIn({ at }: { at: Date }) {
  const t = useTranslations("session");
  const left = useClock((now) => Math.max(0, Math.ceil((at.getTime() - now) / 1000)));
  if (left === null) return null;
  return <span className="tabular-nums">{t("endsIn", { time: formatClock(left) })}</span>;
}
