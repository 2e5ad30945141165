"use client";

import { CirclePause, EyeOff, Hourglass, type LucideIcon, MonitorX, PlugZap, RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReconnectCause, SessionSnapshot } from "@/media/session-state";
import { EndsIn } from "./ends-in";
import { endOfWaiting, type ScreenNotice } from "./session-notice";

const iconOf: Readonly<Record<ScreenNotice, LucideIcon>> = {
  connecting: RefreshCw,
  reconnecting: RefreshCw,
  waiting: Hourglass,
  away: PlugZap,
  paused: CirclePause,
  hidden: EyeOff,
  unshowable: MonitorX,
};

/** Over the picture: why it is not live, and what happens next. The bar says it too, so this one is not read out again. */
export function ScreenNoticeCard({ notice, snapshot }: { notice: ScreenNotice; snapshot: SessionSnapshot }) {
  const t = useTranslations("session.screen");
  const Icon = iconOf[notice];
  const { connection } = snapshot;
  const endsAt = notice === "reconnecting" || notice === "away" ? endOfWaiting(snapshot) : null;
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center p-4">
      <div className="max-w-md animate-appear rounded-large border border-line bg-surface px-6 py-5 text-center shadow-float">
        <Icon aria-hidden className="mx-auto size-7 text-ink-muted" />
        <p className="mt-2 font-semibold text-18">{t(`${notice}Title`)}</p>
        <p className="mt-1 text-15 text-ink-muted">
          {connection.phase === "reconnecting"
            ? t(`reconnectingDetail.${connection.cause satisfies ReconnectCause}`)
            : t(`${notice === "reconnecting" ? "connecting" : notice}Detail`, {
                codec: snapshot.unshowable ?? "",
              })}
        </p>
        {endsAt && (
          <p className="mt-1 text-15 text-ink-muted">
            <EndsIn at={endsAt} />
          </p>
        )}
      </div>
    </div>
  );
}
