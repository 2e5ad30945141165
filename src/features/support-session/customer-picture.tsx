"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { cn } from "@/lib/class-names";
import type { CustomerSnapshot } from "@/media/session-state";
import type { CustomerState } from "./customer-state";
import { DrawingLayer } from "./drawing-layer";
import { PictureFrame } from "./picture-frame";
import { RemotePointer } from "./remote-pointer";
import { StreamVideo } from "./stream-video";
import { useVideoSize } from "./use-video-size";

interface CustomerPictureProps {
  snapshot: Pick<CustomerSnapshot, "picture" | "pointer" | "strokes">;
  state: CustomerState;
  operatorName: string;
  className?: string;
}

/** The customer's own picture, as it goes out, with the operator's pointer and drawing on it. */
export function CustomerPicture({ snapshot, state, operatorName, className }: CustomerPictureProps) {
  const t = useTranslations("session.customer");
  const video = useRef<HTMLVideoElement>(null);
  const { picture, pointer, strokes } = snapshot;
  const size = useVideoSize(video, picture?.stream ?? null);
  const notShown = state !== "screen" && state !== "camera";
  return (
    <div className={cn("relative overflow-hidden", className)}>
      <PictureFrame picture={size}>
        <StreamVideo
          ref={video}
          stream={picture?.stream ?? null}
          label={t(picture?.source === "camera" ? "previewCamera" : "preview")}
          className={cn(notShown && "opacity-40 grayscale")}
        />
        <DrawingLayer strokes={strokes} label={t("drawing", { operator: operatorName })} />
        {pointer && !notShown && <RemotePointer point={pointer} name={operatorName} />}
      </PictureFrame>
      {notShown && (
        <p
          aria-hidden
          className="absolute inset-x-4 top-1/2 z-10 mx-auto w-fit max-w-full -translate-y-1/2 rounded bg-ink px-4 py-2 text-center font-semibold text-18 text-ground"
        >
          {t(`short.${state}`)}
        </p>
      )}
    </div>
  );
}
