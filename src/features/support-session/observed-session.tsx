"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useRef } from "react";
import { cn } from "@/lib/class-names";
import { ObserverSession } from "@/media/observer-session";
import type { JoinCall } from "@/media/session-connection";
import type { ConnectionState, ObserverSnapshot } from "@/media/session-state";
import { DrawingLayer } from "./drawing-layer";
import { SessionState } from "./operator-bar";
import { PictureFrame } from "./picture-frame";
import { QualityDetails } from "./quality-badge";
import { RemotePointer } from "./remote-pointer";
import { ScreenNoticeCard } from "./screen-notice-card";
import { screenNotice } from "./session-notice";
import { StreamVideo } from "./stream-video";
import { useLastStream } from "./use-last-stream";
import { useLiveConnection, useSnapshot } from "./use-live-connection";
import { useWholeWindow } from "./use-page";
import { useVideoSize } from "./use-video-size";

/** The ways in which this page is out of the session. */
export type ObservationOver = Extract<ConnectionState, { phase: "ended" | "failed" | "replaced" }>;

export interface ObservedSessionProps {
  sessionId: string;
  /** Another number begins anew. */
  attempt: number;
  operatorName: string;
  startedAt: Date | null;
  /** Asks the management server for a relay and a token. */
  join: JoinCall;
  /** The bar's left part: what this page is, and the way back. */
  leading: ReactNode;
  /** The bar's right part: buttons. */
  actions: ReactNode;
  /** In place of all this, once it is over. */
  renderOver: (how: ObservationOver) => ReactNode;
}

/** A live session as a supervisor watches it: the picture owns the window, and there is nothing to do to it. */
export function ObservedSession({ sessionId, attempt, join, ...rest }: ObservedSessionProps) {
  const session = useLiveConnection(`${sessionId}/${attempt}`, () => new ObserverSession({ join }));
  // Made in the next moment; until then an empty window, so that nothing moves.
  if (!session) return <main id="content" className="h-dvh bg-sunken" />;
  return <Observed session={session} {...rest} />;
}

type ObservedProps = Omit<ObservedSessionProps, "sessionId" | "attempt" | "join"> & {
  session: ObserverSession;
};

function Observed({ session, operatorName, startedAt, leading, actions, renderOver }: ObservedProps) {
  const snapshot = useSnapshot(session);
  const { connection, quality, qualityHistory } = snapshot;
  useWholeWindow();
  const stream = useLastStream(snapshot);
  const notice = screenNotice(snapshot, stream !== null);
  if (connection.phase === "ended" || connection.phase === "failed" || connection.phase === "replaced") {
    return renderOver(connection);
  }
  return (
    <main id="content" className="flex h-dvh flex-col overflow-hidden">
      <header className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 border-line border-b bg-surface px-2 py-2 text-15">
        {leading}
        <SessionState notice={notice} startedAt={startedAt} />
        <QualityDetails quality={quality} history={qualityHistory} />
        <div className="flex flex-1 justify-end gap-2">{actions}</div>
      </header>
      <div className="min-h-0 flex-1">
        <ObservedScreen snapshot={snapshot} stream={stream} operatorName={operatorName} />
      </div>
    </main>
  );
}

/** The customer's picture with what the operator points at and draws. */
function ObservedScreen({
  snapshot,
  stream,
  operatorName,
}: {
  snapshot: ObserverSnapshot;
  stream: MediaStream | null;
  operatorName: string;
}) {
  const t = useTranslations("session.screen");
  const video = useRef<HTMLVideoElement>(null);
  const size = useVideoSize(video, stream);
  const notice = screenNotice(snapshot, stream !== null);
  return (
    <div className="relative size-full bg-sunken">
      <PictureFrame picture={size}>
        <StreamVideo
          ref={video}
          stream={stream}
          label={t("name")}
          className={cn(notice && "opacity-45", notice === "hidden" && "invisible")}
        />
        {notice !== "hidden" && <DrawingLayer strokes={snapshot.strokes} label={t("drawing")} />}
        {notice === null && snapshot.pointer && (
          <RemotePointer point={snapshot.pointer} name={operatorName} />
        )}
      </PictureFrame>
      {notice && <ScreenNoticeCard notice={notice} snapshot={snapshot} />}
    </div>
  );
}
