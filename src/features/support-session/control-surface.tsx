"use client";

import { useTranslations } from "next-intl";
import { type RefObject, useEffect, useRef } from "react";
import { cn } from "@/lib/class-names";
import type { OperatorControl } from "@/media/control/operator-control";
import type { Size } from "./picture-geometry";
import { useControlSurface } from "./use-control-surface";

interface ControlSurfaceProps {
  control: OperatorControl;
  video: RefObject<HTMLVideoElement | null>;
  /** Of the picture, in its own pixels. */
  size: Size | null;
  /** Whether what is done here has no effect just now. */
  isHindered: boolean;
  onWayOut: () => void;
}

/**
 * Lies over the picture while the operator controls. The operator's own cursor is the remote one: it moves without a round trip.
 * The one in the picture comes after it and stands still where it does: browsers do not let a page take it out of a capture
 * (tried in Chromium 156: `cursor` is no constraint there, neither at first nor later). A frame shows that the keyboard is the
 * customer's.
 */
export function ControlSurface({ control, video, size, isHindered, onWayOut }: ControlSurfaceProps) {
  const t = useTranslations("control.operator");
  const surface = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const { isCaptured, isComposing } = useControlSurface({ control, video, surface, field, onWayOut });
  useEffect(() => {
    if (size) control.sender.setPicture(size);
  }, [control, size]);
  return (
    <div
      ref={surface}
      data-testid="control-surface"
      className={cn(
        "absolute inset-0 touch-none select-none",
        isHindered ? "cursor-not-allowed" : "cursor-default",
        isCaptured && "outline-3 outline-accent -outline-offset-3",
      )}
    >
      {/* As small as it can be and still be written into; seen only while an input method works in it. */}
      <textarea
        ref={field}
        aria-label={t("keyboard")}
        aria-describedby="control-way-out"
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        rows={1}
        className={cn(
          "absolute top-0 left-0 h-8 w-64 max-w-full resize-none overflow-hidden rounded-small px-2 text-15 leading-8 outline-none",
          isComposing ? "bg-surface text-ink shadow-float" : "pointer-events-none opacity-0",
        )}
      />
    </div>
  );
}
