"use client";

import { ArrowDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import type { Quality } from "@/media/session-state";
import type { Observer } from "@/protocol/roles";
import { type CustomerState, isHeld } from "./customer-state";
import { QualityWord } from "./quality-badge";
import { SharingState } from "./sharing-state";
import { WatchedNotice } from "./watched-notice";

interface StopBarProps {
  state: CustomerState;
  startedAt: Date;
  quality: Quality | null;
  /** The supervisors who watch. */
  observers: readonly Observer[];
  companyName: string;
  unread: number;
  /** Whether the operator controls the machine. */
  controlled: boolean;
  /** Takes control back; null: there is nothing to be taken back. */
  onViewOnly: (() => void) | null;
  onStop: () => void;
  onShowChat: () => void;
}

/** Always in sight: the state, the time, who else looks, and Stop. At the thumb on a phone, at the top everywhere else. */
export function StopBar(props: StopBarProps) {
  const { state, startedAt, quality, observers, companyName, unread, onStop, onShowChat } = props;
  const { controlled, onViewOnly } = props;
  const t = useTranslations("session.customer");
  const control = useTranslations("control.customer.state");
  return (
    <div className="fixed inset-x-0 bottom-0 z-30 flex flex-col-reverse border-line border-t bg-ground sm:sticky sm:flex-col sm:inset-x-auto sm:top-0 sm:bottom-auto sm:border-t-0 sm:border-b">
      <div className="relative flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:flex-nowrap sm:px-0 sm:py-3">
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline justify-between gap-x-4 sm:flex-col sm:justify-start">
          <SharingState state={state} startedAt={startedAt} controlled={controlled} />
          {isHeld(state) && (
            <span className="text-15 text-ink-muted">
              <QualityWord quality={quality} />
            </span>
          )}
        </div>
        {/* Stop keeps its place at the far side. */}
        <div className="flex w-full gap-3 sm:w-auto">
          {onViewOnly && (
            <Button
              size="large"
              className="flex-1 px-3 sm:flex-none sm:px-6"
              disabled={state === "connecting" || state === "reconnecting"}
              onClick={onViewOnly}
            >
              {control("viewOnly")}
            </Button>
          )}
          <Button variant="stop" size="large" className="flex-1 sm:flex-none" onClick={onStop}>
            {t("stop")}
          </Button>
        </div>
        {unread > 0 && (
          <Button
            variant="primary"
            size="large"
            className="absolute right-4 bottom-full mb-3 rounded-full shadow-float sm:top-full sm:right-0 sm:bottom-auto sm:mt-3"
            onClick={onShowChat}
          >
            {t("goToChat", { count: unread })}
            <ArrowDown aria-hidden className="size-5" />
          </Button>
        )}
      </div>
      {/* On the far side of Stop, which keeps its place. */}
      <div className="px-4 sm:px-0">
        <WatchedNotice
          observers={isHeld(state) ? observers : []}
          companyName={companyName}
          className="mt-3 sm:mt-0 sm:mb-3"
        />
      </div>
    </div>
  );
}
