"use client";

import { Bell, BellOff, BellRing } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import type { NotificationState } from "./use-desktop-notifications";

/** Asks for desktop notifications, only ever when pressed; afterwards says in words how it stands. */
export function NotificationControl({ state, onAsk }: { state: NotificationState; onAsk: () => void }) {
  const t = useTranslations("console.notifications");
  switch (state) {
    case "unsupported":
      return null;
    case "default":
      return (
        <Button variant="quiet" size="small" onClick={onAsk}>
          <Bell aria-hidden className="size-4" />
          {t("enable")}
        </Button>
      );
    case "granted":
    case "denied": {
      const Icon = state === "granted" ? BellRing : BellOff;
      return (
        <p className="flex min-h-8 items-center gap-2 text-13 text-ink-muted">
          <Icon aria-hidden className="size-4 shrink-0" />
          {t(state === "granted" ? "on" : "blocked")}
        </p>
      );
    }
  }
}
