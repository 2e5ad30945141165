"use client";

import { CircleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";
import type { ErrorCode } from "@/lib/error-table";
import { formatDuration } from "@/lib/format-duration";

interface ErrorNoticeProps {
  code: ErrorCode;
  /** For throttled requests: how long to wait. */
  retryAfterSeconds?: number | undefined;
  /** The one button. */
  action?: ReactNode;
  /** `large`: 18 px, for customer pages. */
  size?: "medium" | "large";
  className?: string;
}

/** A refusal or failure, told at once to everybody: what happened, why, and what to do now. */
export function ErrorNotice({
  code,
  retryAfterSeconds,
  action,
  size = "medium",
  className,
}: ErrorNoticeProps) {
  const t = useTranslations("errors");
  // Pages of customers are sent the words of what customers meet; should they ever meet another, it was nobody's intention.
  const told: ErrorCode = t.has(`${code}.what`) ? code : "INTERNAL";
  const common = useTranslations("common");
  const locale = useLocale();
  const wait =
    retryAfterSeconds === undefined ? common("aFewMinutes") : formatDuration(retryAfterSeconds, locale);
  return (
    <div
      role="alert"
      className={cn(
        "flex gap-3 rounded border border-stop-text/30 bg-stop-soft p-4",
        size === "large" ? "text-18" : "text-15",
        className,
      )}
    >
      <CircleAlert aria-hidden className="mt-1 size-5 shrink-0 text-stop-text" />
      <div>
        <p className="font-semibold text-ink">{t(`${told}.what`)}</p>
        <p className="text-ink">
          {t(`${told}.why`)}
          {/* Japanese sentences follow one another without a space. */}
          {locale === "ja" ? "" : " "}
          {t(`${told}.next`, { wait })}
        </p>
        {action !== undefined && action !== null && <div className="mt-3">{action}</div>}
      </div>
    </div>
  );
}
