"use client";

import { useTranslations } from "next-intl";
import { createPortal } from "react-dom";
import { Button } from "@/components/button";
import type { CustomerSnapshot } from "@/media/session-state";
import { CustomerPicture } from "./customer-picture";
import type { CustomerState } from "./customer-state";
import { SharingState } from "./sharing-state";
import { WatchedNotice } from "./watched-notice";

interface SmallWindowProps {
  target: Window;
  snapshot: CustomerSnapshot;
  state: CustomerState;
  operatorName: string;
  companyName: string;
  startedAt: Date;
  controlled: boolean;
  /** Whether the page waits for an answer. */
  isAsked: boolean;
  /** Takes control back; null: there is nothing to be taken back. */
  onViewOnly: (() => void) | null;
  onStop: () => void;
}

/** What the small window shows: the picture with what the operator points at, the state, who else looks, and Stop. */
export function SmallWindow(props: SmallWindowProps) {
  const { target, snapshot, state, operatorName, companyName, startedAt, onStop } = props;
  const { controlled, isAsked, onViewOnly } = props;
  const t = useTranslations("session.customer");
  const control = useTranslations("control.customer");
  return createPortal(
    <div className="flex h-dvh flex-col bg-ground text-ink">
      <CustomerPicture
        snapshot={snapshot}
        state={state}
        operatorName={operatorName}
        className="min-h-0 flex-1 bg-sunken"
      />
      <WatchedNotice
        observers={snapshot.observers}
        companyName={companyName}
        className="rounded-none px-2 py-1 text-15"
      />
      <p role="status" className="bg-accent-soft px-2 py-1 text-15 empty:hidden">
        {isAsked && control("asks", { operator: operatorName })}
      </p>
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-t p-2">
        <SharingState state={state} startedAt={startedAt} controlled={controlled} />
        {onViewOnly && (
          <Button
            size="large"
            className="px-4"
            disabled={state === "connecting" || state === "reconnecting"}
            onClick={onViewOnly}
          >
            {control("state.viewOnly")}
          </Button>
        )}
        <Button variant="stop" size="large" className="px-4" onClick={onStop}>
          {t("stop")}
        </Button>
      </div>
    </div>,
    target.document.body,
  );
}
