"use client";

import { MonitorUp, Pause, PictureInPicture2, Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { captureAbility, captureScreen } from "@/media/capture";
import type { CustomerSession } from "@/media/customer-session";
import type { CustomerSnapshot } from "@/media/session-state";
import { type CustomerState, isHeld } from "./customer-state";
import type { useSmallWindow } from "./use-small-window";

interface CustomerActionsProps {
  session: CustomerSession;
  snapshot: CustomerSnapshot;
  state: CustomerState;
  smallWindow: ReturnType<typeof useSmallWindow>;
}

/** Pause, share something else, keep a small window in view. */
export function CustomerActions({ session, snapshot, state, smallWindow }: CustomerActionsProps) {
  const t = useTranslations("session.customer");
  const [trouble, setTrouble] = useState<"changeRefused" | "changeFailed" | null>(null);
  const canShareScreen = useSyncExternalStore(
    () => () => undefined,
    () => captureAbility() === "screen",
    () => false,
  );
  const held = isHeld(state);
  const paused = snapshot.picture?.paused === true;

  const changePicture = async () => {
    setTrouble(null);
    // First of all: browsers show their picker only in answer to a press.
    const outcome = await session.guard(() => captureScreen());
    if (outcome.kind === "captured") await session.replacePicture(outcome);
    else if (outcome.kind === "refused_by_system") setTrouble("changeRefused");
    else if (outcome.kind === "failed") setTrouble("changeFailed");
  };

  return (
    <div>
      <div className="flex flex-col gap-3 sm:flex-row sm:flex-wrap">
        {/* As wide as the longer of its two words, so that the others stay where they are. */}
        <Button
          size="large"
          className="sm:min-w-44"
          disabled={!held}
          onClick={() => (paused ? session.resume() : session.pause())}
        >
          {paused ? <Play aria-hidden className="size-5" /> : <Pause aria-hidden className="size-5" />}
          {t(paused ? "resume" : "pause")}
        </Button>
        {canShareScreen && (
          <Button
            size="large"
            disabled={!held}
            onClick={() => changePicture().catch(() => setTrouble("changeFailed"))}
          >
            <MonitorUp aria-hidden className="size-5" />
            {t("change")}
          </Button>
        )}
        {smallWindow.open && (
          <Button
            size="large"
            disabled={!held}
            onClick={() => (smallWindow.window ? smallWindow.close() : void smallWindow.open?.())}
          >
            <PictureInPicture2 aria-hidden className="size-5" />
            {t(smallWindow.window ? "closeSmallWindow" : "smallWindow")}
          </Button>
        )}
      </div>
      <p role="alert" className="text-18 text-stop-text">
        {trouble && <span className="mt-2 block">{t(trouble)}</span>}
      </p>
    </div>
  );
}
