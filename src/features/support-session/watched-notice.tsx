"use client";

import { Eye } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { cn } from "@/lib/class-names";
import type { Observer } from "@/protocol/roles";

interface WatchedNoticeProps {
  observers: readonly Observer[];
  companyName: string;
  className?: string;
}

/**
 * Tells the customer who looks at the screen beside the operator: in words, with the name, for as long as it lasts. The
 * element is always there, so that a screen reader says it the moment that it becomes true.
 */
export function WatchedNotice({ observers, companyName, className }: WatchedNoticeProps) {
  const t = useTranslations("session.customer");
  const format = useFormatter();
  const names = format.list(observers.map(({ name }) => name));
  return (
    <div role="status" className="w-full">
      {observers.length > 0 && (
        <p
          className={cn(
            "flex animate-appear items-start gap-3 rounded bg-accent-soft px-4 py-2 text-18 text-ink",
            className,
          )}
        >
          <Eye aria-hidden className="mt-1 size-5 shrink-0 text-accent" />
          <span className="min-w-0 break-words">
            {t("watched", { count: observers.length, company: companyName, names })}
          </span>
        </p>
      )}
    </div>
  );
}
