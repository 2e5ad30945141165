"use client";

import { Eye } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { Badge } from "@/components/badge";
import type { Observer } from "@/protocol/roles";

/** Tells the operator which supervisors watch; nothing while nobody does. */
export function WatchedBadge({ observers }: { observers: readonly Observer[] }) {
  const t = useTranslations("session.bar");
  const format = useFormatter();
  return (
    <span role="status" className="min-w-0">
      {observers.length > 0 && (
        <Badge tone="accent" className="max-w-full whitespace-normal">
          <Eye aria-hidden className="size-4 shrink-0" />
          <span className="min-w-0 break-words">
            {t("watched", { names: format.list(observers.map(({ name }) => name)) })}
          </span>
        </Badge>
      )}
    </span>
  );
}
