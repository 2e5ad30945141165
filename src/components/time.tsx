"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { cn } from "@/lib/class-names";
import { formatClock, formatDuration } from "@/lib/format-duration";
import { Tooltip } from "./tooltip";
import { useClock } from "./use-clock";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface CountdownProps {
  until: Date;
  /** Called once when the time is over. */
  onOver?: () => void;
  className?: string;
}

/** The time that is left, as `8:41`; then the word *Expired*. */
export function Countdown({ until, onOver, className }: CountdownProps) {
  const t = useTranslations("common");
  const left = useClock((now) => Math.max(0, Math.ceil((until.getTime() - now) / 1000)));
  const latestOnOver = useRef(onOver);
  useEffect(() => {
    latestOnOver.current = onOver;
  }, [onOver]);
  const over = left === 0;
  useEffect(() => {
    if (over) latestOnOver.current?.();
  }, [over]);
  return (
    <time dateTime={until.toISOString()} className={cn("tabular-nums", className)}>
      {left === null ? "–:––" : over ? t("expired") : formatClock(left)}
    </time>
  );
}

/** The time since a moment: a running clock (`03:12`), or in words (`3 min 12 s`). */
export function ElapsedTime({
  since,
  form = "clock",
  className,
}: {
  since: Date;
  form?: "clock" | "words";
  className?: string;
}) {
  const locale = useLocale();
  const seconds = useClock((now) => Math.max(0, Math.floor((now - since.getTime()) / 1000)));
  const text =
    seconds === null
      ? "––:––"
      : form === "clock"
        ? formatClock(seconds, { pad: true })
        : formatDuration(seconds, locale);
  return (
    <time dateTime={since.toISOString()} className={cn("tabular-nums", className)}>
      {text}
    </time>
  );
}

/** A moment: relative while it is less than a day away, then as a date; exact on hover and focus. */
export function RelativeTime({ at, className }: { at: Date; className?: string }) {
  const format = useFormatter();
  // Minutes are fine enough, and nothing renders in between.
  const nowMs = useClock((now) => Math.floor(now / MINUTE_MS) * MINUTE_MS);
  const isRecent = nowMs !== null && Math.abs(nowMs - at.getTime()) < DAY_MS;
  return (
    <Tooltip label={format.dateTime(at, { dateStyle: "full", timeStyle: "medium" })}>
      <time dateTime={at.toISOString()} className={cn("tabular-nums", className)}>
        {isRecent
          ? format.relativeTime(at, Math.max(nowMs, at.getTime()))
          : format.dateTime(at, { dateStyle: "medium", timeStyle: "short" })}
      </time>
    </Tooltip>
  );
}
