"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { OperatorSession } from "@/media/operator-session";
import type { OperatorSnapshot } from "@/media/session-state";
import type { PenColor } from "@/protocol/data-channels";
import type { OperatorSessionView } from "@/protocol/session-views";
import { ControlBar } from "./control-bar";
import { CONTROL_BUTTON_ID } from "./control-button";
import { controlState, requestStanding } from "./control-state";
import { OperatorFiles } from "./files/operator-files";
import { useFileOffers } from "./files/use-files";
import { useKeyboardLock } from "./keyboard-lock";
import { OperatorBar } from "./operator-bar";
import type { ViewMode } from "./picture-geometry";
import { RemoteScreen, type Tool } from "./remote-screen";
import { type ScreenNotice, screenNotice, toolsAvailability } from "./session-notice";
import { type PanelTab, SidePanel } from "./side-panel";
import { useToolKeys } from "./tool-keys";
import { ToolStrip } from "./tool-strip";
import { useKeptChat, useUnread } from "./use-chat";
import { useSnapshot } from "./use-live-connection";
import { leaveFullScreen, useFullScreen, usePageVisible, useTabTitle, useWholeWindow } from "./use-page";
import { useQualityReport } from "./use-quality-report";

interface OperatorLiveProps {
  session: OperatorSession;
  view: OperatorSessionView;
  /** Ends the session for both sides; rejects when neither relay nor server heard it. */
  onEnd: () => Promise<void>;
}

/** Beside the picture from here on (Tailwind's `lg`); below it in narrower windows. */
const WIDE_ENOUGH_FOR_PANEL = "(min-width: 64rem)";

/** The operator's page while the session is live: the picture owns the window. */
export function OperatorLive({ session, view: sessionView, onEnd }: OperatorLiveProps) {
  const { device, toolDevice, startedAt, sessionId, grantable } = sessionView;
  const t = useTranslations("session");
  const files = useTranslations("files");
  const offers = useFileOffers(session.files);
  const snapshot = useSnapshot(session);
  const tools = useTools(session, snapshot);
  const panel = usePanel(snapshot);
  const fullScreen = useFullScreen();
  useEffect(() => leaveFullScreen, []);
  useWholeWindow();
  const [endFailed, setEndFailed] = useState(false);
  useQualityReport(sessionId, session);
  useKeptChat(sessionId, snapshot.chat, snapshot.connection);

  const control = controlState(snapshot, grantable);
  // What was in hand while the operator waited is put away for what was waited for.
  const [couldControl, setCouldControl] = useState(false);
  const canControl = control.kind === "controlling" || (couldControl && control.kind === "interrupted");
  if (canControl !== couldControl) {
    setCouldControl(canControl);
    if (canControl) tools.putAway();
  }
  const isControlling = control.kind === "controlling" && tools.tool === "none";
  useKeyboardLock(isControlling && fullScreen.active);

  const seen = useSeen(snapshot);
  const notice = screenNotice(snapshot, seen);
  useTabTitle(t(`operatorTitle.${titleOf(notice)}`));

  useToolKeys({
    pointer: () => tools.toggle("pointer"),
    pen: () => tools.toggle("pen"),
    clear: tools.clear,
    fit: () => tools.setView("fit"),
    actual: () => tools.setView("actual"),
    fullScreen: () => fullScreen.toggle?.(),
    panel: panel.toggle,
    message: panel.writeMessage,
  });

  const end = () => {
    setEndFailed(false);
    onEnd().catch(() => setEndFailed(true));
  };

  return (
    <main id="content" className="flex h-dvh flex-col overflow-hidden">
      <OperatorBar device={device} snapshot={snapshot} notice={notice} startedAt={startedAt} />
      <ToolStrip
        control={session.control}
        snapshot={snapshot}
        controlState={control}
        clipboardStanding={requestStanding("clipboard", snapshot, grantable)}
        availability={tools.availability}
        tool={tools.tool}
        onTool={tools.toggle}
        onNoTool={tools.putAway}
        color={tools.color}
        onColor={tools.chooseColor}
        hasStrokes={snapshot.strokes.length > 0}
        onClear={tools.clear}
        view={tools.view}
        onView={tools.setView}
        fullScreen={fullScreen}
        chosenPicture={snapshot.chosenPicture}
        onChoosePicture={(mode) => session.choosePicture(mode)}
        filesOpen={panel.open && panel.tab === "files"}
        fileOffers={offers}
        onFiles={() => panel.toggleTab("files")}
        panelOpen={panel.open}
        onPanel={panel.toggle}
        unread={panel.unread}
        onEnd={end}
      />
      <ControlBar
        control={session.control}
        snapshot={snapshot}
        state={control}
        isFullScreen={fullScreen.active}
      />
      <p role="alert" className="bg-stop-soft px-4 text-15 text-ink empty:hidden">
        {endFailed ? t("operator.endFailed") : null}
      </p>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <div className="min-h-0 min-w-0 flex-1">
          <RemoteScreen
            session={session}
            snapshot={snapshot}
            tool={tools.tool}
            color={tools.color}
            view={tools.view}
            control={isControlling ? control : null}
            onWayOut={() => document.getElementById(CONTROL_BUTTON_ID)?.focus()}
          />
        </div>
        <SidePanel
          sessionId={sessionId}
          open={panel.open}
          tab={panel.tab}
          onTab={panel.setTab}
          snapshot={snapshot}
          device={device}
          toolDevice={toolDevice}
          files={{
            label: offers > 0 ? files("tabOffers", { count: offers }) : files("tab"),
            content: (
              <OperatorFiles
                files={session.files}
                control={session.control}
                standing={requestStanding("file", snapshot, grantable)}
                onDropped={() => panel.show("files")}
              />
            ),
          }}
          unread={panel.unread}
          onSend={(text) => session.sendChat(text)}
          fieldRef={panel.field}
        />
      </div>
    </main>
  );
}

/** What the tab says: a narrow one shows its first word only. */
function titleOf(notice: ScreenNotice | null): "live" | "reconnecting" | "waiting" {
  if (notice === "reconnecting" || notice === "away") return "reconnecting";
  return notice === "connecting" || notice === "waiting" ? "waiting" : "live";
}

/** Whether a picture has been shown on this page before. */
function useSeen({ picture }: OperatorSnapshot): boolean {
  const [seen, setSeen] = useState(picture !== null);
  if (picture && !seen) setSeen(true);
  return seen;
}

/** The chosen tool, its colour, and how the picture is looked at. */
function useTools(session: OperatorSession, snapshot: OperatorSnapshot) {
  const [chosen, setChosen] = useState<Tool>("none");
  const [color, setColor] = useState<PenColor>("vermilion");
  const [view, setView] = useState<ViewMode>("fit");
  const availability = toolsAvailability(snapshot);
  // What the customer takes back is off at once; given again, the tool is as it was.
  const tool = availability === "available" ? chosen : "none";
  const toggle = (wanted: Exclude<Tool, "none">) => {
    if (availability === "available") setChosen(tool === wanted ? "none" : wanted);
  };
  const chooseColor = (wanted: PenColor) => {
    setColor(wanted);
    // Who picks a colour wants to draw with it.
    if (availability === "available") setChosen("pen");
  };
  const clear = () => {
    if (availability === "available") session.clearDrawing();
  };
  const putAway = () => setChosen("none");
  return { tool, toggle, putAway, color, chooseColor, view, setView, availability, clear };
}

/** The side panel: open where there is room for it, until the operator decides otherwise. */
function usePanel(snapshot: OperatorSnapshot) {
  const wide = useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(WIDE_ENOUGH_FOR_PANEL);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => window.matchMedia(WIDE_ENOUGH_FOR_PANEL).matches,
    () => true,
  );
  const [choice, setChoice] = useState<boolean | null>(null);
  const [tab, setTab] = useState<PanelTab>("chat");
  const open = choice ?? wide;
  const unread = useUnread(snapshot.chat, usePageVisible() && open && tab === "chat");

  const field = useRef<HTMLTextAreaElement>(null);
  const [focusAsked, setFocusAsked] = useState(0);
  useEffect(() => {
    if (focusAsked > 0) field.current?.focus();
  }, [focusAsked]);

  const writeMessage = () => {
    setChoice(true);
    setTab("chat");
    setFocusAsked((count) => count + 1);
  };
  const show = (wanted: PanelTab) => {
    setChoice(true);
    setTab(wanted);
  };
  const toggleTab = (wanted: PanelTab) => (open && tab === wanted ? setChoice(false) : show(wanted));
  return { open, toggle: () => setChoice(!open), show, toggleTab, tab, setTab, unread, field, writeMessage };
}
