"use client";

import { WatchPage } from "@/features/supervision/watch-page";
import { ObservedSession } from "@/features/support-session/observed-session";
import type { SupervisedSession } from "@/protocol/supervision";

/** Puts the two features together: the supervisor's page, and the session's picture in it. */
export function WatchEntrance(props: { initial: SupervisedSession; viewerName: string }) {
  return (
    <WatchPage
      {...props}
      renderSession={({ sessionId, ...watched }) => (
        <ObservedSession key={sessionId} sessionId={sessionId} {...watched} />
      )}
    />
  );
}
