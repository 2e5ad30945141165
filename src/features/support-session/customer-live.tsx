"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { cn } from "@/lib/class-names";
import type { CustomerSession } from "@/media/customer-session";
import type { JoinCall } from "@/media/session-connection";
import type { EndReason } from "@/protocol/end-reason";
import { ChatPanel } from "./chat-panel";
import { ConsentQuestion } from "./consent-question";
import { ControlGuide } from "./control-guide";
import { CustomerActions } from "./customer-actions";
import { isControlled } from "./customer-control-state";
import { CustomerPermissions } from "./customer-permissions";
import { CustomerPicture } from "./customer-picture";
import { customerState, isHeld } from "./customer-state";
import { CustomerStatus } from "./customer-status";
import { CustomerFiles } from "./files/customer-files";
import { useFileOffers } from "./files/use-files";
import { SmallWindow } from "./small-window";
import { StopBar } from "./stop-bar";
import { useKeptChat, useUnread } from "./use-chat";
import { type CustomerControlPart, useCustomerControl } from "./use-customer-control";
import { type CapturedPicture, useCustomerSession } from "./use-customer-session";
import { useInView } from "./use-in-view";
import { useRefusal, useSnapshot } from "./use-live-connection";
import { useLeaveWarning, usePageVisible, useTabTitle } from "./use-page";
import { useSmallWindow } from "./use-small-window";

export interface CustomerLiveProps {
  sessionId: string;
  operatorName: string;
  companyName: string;
  startedAt: Date;
  /** What the browser's picker gave; this component owns its tracks from here on and stops them. */
  picture: CapturedPicture;
  /** Asks the management server for a relay and a token: `customer.agree` at first, `customer.rejoin` afterwards. */
  join: JoinCall;
  /** Tells the management server that the customer stops (`customer.stop`): it also works when no relay can be reached. */
  stop: () => Promise<unknown>;
  /** The session is over. Called once; the sharing has stopped by then. */
  onEnded: (reason: EndReason) => void;
  /** There is no way back in: the session may have ended while this side was away. The server knows. */
  onRefused: () => void;
}

/** The customer's page while a session is live. */
export function CustomerLive({ sessionId, join, picture, ...rest }: CustomerLiveProps) {
  const { session, begin } = useCustomerSession(sessionId, join, picture);
  // Made in the next moment; until then an empty page of the same height, so that nothing moves.
  if (!session) return <div className="min-h-dvh" />;
  return <LiveSession sessionId={sessionId} session={session} begin={begin} {...rest} />;
}

type LiveSessionProps = Omit<CustomerLiveProps, "join" | "picture"> & {
  session: CustomerSession;
  begin: (picture: CapturedPicture) => void;
};

function LiveSession(props: LiveSessionProps) {
  const { sessionId, session, begin, operatorName, companyName, startedAt } = props;
  const t = useTranslations("session.customer");
  const snapshot = useSnapshot(session);
  const state = customerState(snapshot);
  const held = isHeld(state);
  // Another tab has the session, or it could not be reached: there is one thing to do here, and nothing else to see.
  const lost = state === "replaced" || state === "failed";
  const { stopNow } = useEnd(props, snapshot.connection);
  useRefusal(snapshot.connection, props.onRefused);

  const [chat, chatInView] = useInView<HTMLElement>();
  const unread = useUnread(snapshot.chat, usePageVisible() && chatInView);
  useKeptChat(sessionId, snapshot.chat, snapshot.connection);
  useLeaveWarning(held);
  const control = useCustomerControl(session, snapshot);
  const controlWords = useTranslations("control.customer");
  const [viewOnlyFailed, setViewOnlyFailed] = useState(false);
  const viewOnly = snapshot.permissions.control
    ? () => {
        setViewOnlyFailed(false);
        control.viewOnly().catch(() => setViewOnlyFailed(true));
      }
    : null;
  const offers = useFileOffers(session.files);
  useTabTitle(useTitle(state, unread, control, offers));
  const small = useSmallWindow(t("smallWindowTitle"));

  // What was shared last: the words for a camera stay right while nothing is shared.
  const [source, setSource] = useState(snapshot.picture?.source ?? "screen");
  if (snapshot.picture && snapshot.picture.source !== source) setSource(snapshot.picture.source);

  return (
    <div
      className={cn(
        "mx-auto flex w-full max-w-customer flex-col gap-6 px-4 text-18 sm:pb-16",
        // What the bar at the lower edge covers on a phone.
        snapshot.observers.length > 0 ? "pb-72" : "pb-44",
      )}
    >
      <StopBar
        state={state}
        startedAt={startedAt}
        quality={snapshot.quality}
        observers={snapshot.observers}
        companyName={companyName}
        unread={unread}
        controlled={isControlled(control.state)}
        onViewOnly={viewOnly}
        onStop={stopNow}
        onShowChat={() => chat.current?.scrollIntoView({ block: "center" })}
      />
      <p role="alert" className="text-stop-text empty:hidden">
        {viewOnlyFailed && controlWords("viewOnlyFailed")}
      </p>
      <CustomerStatus
        state={state}
        snapshot={snapshot}
        source={source}
        operatorName={operatorName}
        companyName={companyName}
        begin={begin}
        control={control.state}
      />
      {held && control.asked && (
        <ConsentQuestion
          key={control.asked}
          session={session}
          permission={control.asked}
          operatorName={operatorName}
          companyName={companyName}
          hindrance={control.hindrance}
          onAllow={(sharesDevice) => control.allow(control.asked ?? "control", sharesDevice)}
          onDeny={() => control.asked && control.deny(control.asked)}
        />
      )}
      {held && control.platform && (
        <ControlGuide
          session={session}
          state={control.state}
          platform={control.platform}
          sharesDevice={control.sharesDevice}
          operatorName={operatorName}
          onSaved={control.setSaved}
        />
      )}
      {!lost && (
        <>
          <CustomerPicture
            snapshot={snapshot}
            state={state}
            operatorName={operatorName}
            className="aspect-video max-h-[60dvh] w-full shrink-0 rounded border border-line bg-sunken"
          />
          <CustomerActions session={session} snapshot={snapshot} state={state} smallWindow={small} />
          <CustomerPermissions
            session={session}
            permissions={snapshot.permissions}
            source={source}
            operatorName={operatorName}
            disabled={snapshot.connection.phase !== "live"}
            onChange={(permissions) => session.setPermissions(permissions)}
          />
          <CustomerFiles session={session} operatorName={operatorName} isAsked={control.asked !== null} />
          <section ref={chat} aria-labelledby="session-chat">
            <h2 id="session-chat" className="font-semibold text-18">
              {t("chat", { operator: operatorName })}
            </h2>
            <ChatPanel
              size="large"
              entries={snapshot.chat}
              otherName={operatorName}
              onSend={(text) => session.sendChat(text)}
              className="mt-2 h-104 rounded border border-line bg-surface"
            />
          </section>
        </>
      )}
      {small.window && (
        <SmallWindow
          target={small.window}
          snapshot={snapshot}
          state={state}
          operatorName={operatorName}
          companyName={companyName}
          startedAt={startedAt}
          controlled={isControlled(control.state)}
          isAsked={control.asked !== null || offers > 0}
          onViewOnly={viewOnly}
          onStop={stopNow}
        />
      )}
    </div>
  );
}

/** Stops in one press whatever the connection does, and reports the end once, whoever ended it. */
function useEnd(
  { session, stop, onEnded }: LiveSessionProps,
  connection: { phase: string; reason?: EndReason },
) {
  const told = useRef(false);
  const reported = useRef(false);
  const latest = useRef({ stop, onEnded });
  useEffect(() => {
    latest.current = { stop, onEnded };
  });

  /** The management server hears it too, once: without a relay it is the only one that can tell the operator. */
  const tellServer = () => {
    if (told.current) return;
    told.current = true;
    latest.current.stop().catch((error: unknown) => {
      // The relay has told it first, or nothing can be reached; here the sharing has stopped either way.
      console.warn("The server was not told of the stop.", error);
    });
  };

  const stopNow = () => {
    session.stop().catch(() => undefined);
    tellServer();
  };

  const reason = connection.phase === "ended" ? connection.reason : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it happens once, when the reason becomes known.
  useEffect(() => {
    if (reason === undefined || reported.current) return;
    reported.current = true;
    // The browser's own "Stop sharing" comes this way: no button of ours was pressed.
    if (reason === "stopped_by_customer") tellServer();
    latest.current.onEnded(reason);
  }, [reason]);

  return { stopNow };
}

/** What the tab is called: the state first, because a narrow tab shows only that. */
function useTitle(
  state: ReturnType<typeof customerState>,
  unread: number,
  control: CustomerControlPart,
  offers: number,
): string | null {
  const t = useTranslations("session.customer.tabTitle");
  const controlTitle = useTranslations("control.customer.tabTitle");
  if (!isHeld(state)) return null;
  // A question waits for an answer while the customer looks at another window.
  if (control.asked || offers > 0) return controlTitle("asked");
  if (state === "screen" && isControlled(control.state)) return controlTitle("controlled");
  const title = state === "hidden" ? t("paused") : state === "away" ? t("screen") : t(titleOf(state));
  return unread > 0 ? t("newMessages", { count: unread, title }) : title;
}

function titleOf(state: ReturnType<typeof customerState>) {
  return state === "camera" || state === "paused" || state === "connecting" || state === "reconnecting"
    ? state
    : "screen";
}
