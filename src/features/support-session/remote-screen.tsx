"use client";

import { useTranslations } from "next-intl";
import { type PointerEvent, useEffect, useMemo, useRef } from "react";
import { cn } from "@/lib/class-names";
import type { OperatorSession } from "@/media/operator-session";
import type { OperatorSnapshot } from "@/media/session-state";
import type { PenColor } from "@/protocol/data-channels";
import type { ControlState } from "./control-state";
import { ControlSurface } from "./control-surface";
import { DrawingLayer } from "./drawing-layer";
import { PenStrokes } from "./pen-strokes";
import { PictureFrame } from "./picture-frame";
import { measureVideo, nearestPointOnPicture, pointOnPicture, type ViewMode } from "./picture-geometry";
import { ScreenNoticeCard } from "./screen-notice-card";
import { screenNotice } from "./session-notice";
import { StreamVideo } from "./stream-video";
import { useLastStream } from "./use-last-stream";
import { useDevicePixelRatio } from "./use-page";
import { useVideoSize } from "./use-video-size";

/** What a press on the picture does. */
export type Tool = "none" | "pointer" | "pen";

interface RemoteScreenProps {
  session: OperatorSession;
  snapshot: OperatorSnapshot;
  tool: Tool;
  color: PenColor;
  view: ViewMode;
  /** How the operator controls what is seen; null: not at all. */
  control: Extract<ControlState, { kind: "controlling" }> | null;
  /** The operator wants the keyboard back. */
  onWayOut: () => void;
}

/** The customer's picture, and over it what the operator points at and draws. */
export function RemoteScreen({ session, snapshot, tool, color, view, control, onWayOut }: RemoteScreenProps) {
  const t = useTranslations("session.screen");
  const video = useRef<HTMLVideoElement>(null);
  const stream = useLastStream(snapshot);
  const size = useVideoSize(video, stream);
  const devicePixelRatio = useDevicePixelRatio();
  const notice = screenNotice(snapshot, stream !== null);
  const handlers = useTool(session, video, tool, color);
  return (
    <div className="relative size-full bg-sunken">
      <PictureFrame
        picture={size}
        view={view}
        devicePixelRatio={devicePixelRatio}
        scrollerLabel={t("scroller")}
      >
        <StreamVideo
          ref={video}
          stream={stream}
          label={t("name")}
          className={cn(notice && "opacity-45", notice === "hidden" && "invisible")}
        />
        {notice !== "hidden" && <DrawingLayer strokes={snapshot.strokes} label={t("drawing")} />}
        {tool !== "none" && (
          <div
            className="absolute inset-0 cursor-crosshair touch-none"
            data-testid="tool-surface"
            {...handlers}
          />
        )}
        {control && notice === null && (
          <ControlSurface
            control={session.control}
            video={video}
            size={size}
            isHindered={control.hindrance !== null}
            onWayOut={onWayOut}
          />
        )}
      </PictureFrame>
      {notice && <ScreenNoticeCard notice={notice} snapshot={snapshot} />}
    </div>
  );
}

/** What pens, fingers and mice do on the picture, as the chosen tool has it. */
function useTool(
  session: OperatorSession,
  video: { readonly current: HTMLVideoElement | null },
  tool: Tool,
  color: PenColor,
) {
  const pen = useMemo(
    () => new PenStrokes((strokeId, ink, points) => session.draw(strokeId, ink, points)),
    [session],
  );
  // A tool that is put away, by whatever means, leaves no pointer standing and no stroke open.
  useEffect(() => {
    if (tool === "pointer") return () => session.hidePointer();
    if (tool === "pen") return () => pen.finishAll();
  }, [session, pen, tool]);

  const point = (event: PointerEvent) => {
    const content = video.current && measureVideo(video.current);
    const place = content && pointOnPicture(event, content);
    if (place) session.movePointer(place);
    else session.hidePointer();
  };

  const draw = (event: PointerEvent) => {
    if (!pen.isDrawing(event.pointerId)) return;
    const content = video.current && measureVideo(video.current);
    if (!content) return;
    const places = coalesced(event).flatMap((each) => nearestPointOnPicture(each, content) ?? []);
    pen.extend(event.pointerId, places);
  };

  const putDown = (event: PointerEvent) => {
    // The main button alone; a pen's eraser or a right click draws nothing.
    if (event.button !== 0) return;
    const content = video.current && measureVideo(video.current);
    const place = content && pointOnPicture(event, content);
    if (!place) return;
    event.preventDefault();
    // The stroke goes on where the mouse leaves the picture, until the button is let go.
    event.currentTarget.setPointerCapture(event.pointerId);
    pen.begin(event.pointerId, color, place);
  };

  const lift = (event: PointerEvent) => {
    draw(event);
    pen.finish(event.pointerId);
  };

  if (tool === "pointer") {
    return { onPointerDown: point, onPointerMove: point, onPointerLeave: () => session.hidePointer() };
  }
  return {
    onPointerDown: putDown,
    onPointerMove: draw,
    onPointerUp: lift,
    onPointerCancel: (event: PointerEvent) => pen.finish(event.pointerId),
  };
}

/** All places since the last event: browsers report once a frame what a pen reported many times. */
function coalesced({ nativeEvent }: PointerEvent): readonly globalThis.PointerEvent[] {
  const events = nativeEvent.getCoalescedEvents?.() ?? [];
  return events.length > 0 ? events : [nativeEvent];
}
