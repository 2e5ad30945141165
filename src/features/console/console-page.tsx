"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Announcer } from "@/components/announcer";
import { Skeleton } from "@/components/skeleton";
import { useClock } from "@/components/use-clock";
import { formatDuration } from "@/lib/format-duration";
import { formatReceptionNumber } from "@/protocol/reception-number";
import type { ConsoleSnapshot } from "@/protocol/session-views";
import { ConsoleHeader } from "./console-header";
import { ConnectionNotice, RefusalNotice } from "./console-notices";
import { arrangeDesk, longestWaiting } from "./desk";
import { FirstSteps } from "./first-steps";
import { LiveList } from "./live-list";
import { NotificationControl } from "./notification-control";
import { NumberPanel } from "./number-panel";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { useConsoleSnapshot } from "./use-console-snapshot";
import { useDeskActions } from "./use-desk-actions";
import { useDesktopNotifications } from "./use-desktop-notifications";
import { useNumbers } from "./use-numbers";
import { useShortcuts } from "./use-shortcuts";
import type { ConsoleViewer } from "./viewer";
import { WaitingList } from "./waiting-list";

interface ConsolePageProps {
  viewer: ConsoleViewer;
  /** Where customers go, without a path: `https://support.example.com`. */
  publicUrl: string;
}

/** The operator's desk: one number, those who wait, those who are helped. */
export function ConsolePage({ viewer, publicUrl }: ConsolePageProps) {
  const t = useTranslations("console");
  const { snapshot, hero, arrived, connection, changeReceptions } = useConsoleSnapshot();
  const { numbers, learn } = useNumbers(snapshot);
  const [announcement, setAnnouncement] = useState("");
  const [helpOpen, setHelpOpen] = useState(false);
  const notifications = useDesktopNotifications();

  const sayIssued = useCallback(
    (number: string) => setAnnouncement(t("number.issuedNotice", { number: formatReceptionNumber(number) })),
    [t],
  );
  const sayCancelled = useCallback(() => setAnnouncement(t("number.cancelledNotice")), [t]);
  const actions = useDeskActions({ learn, changeReceptions, onIssued: sayIssued, onCancelled: sayCancelled });

  // Renders again only when a countdown reaches zero: the newest end that has passed is all that the desk depends on.
  const ends = [...(snapshot?.receptions ?? []), ...(hero ? [hero] : [])].map((one) =>
    one.expiresAt.getTime(),
  );
  const lastEndMs = useClock((nowMs) => Math.max(0, ...ends.filter((end) => end <= nowMs)));
  const desk = useMemo(
    () => (snapshot ? arrangeDesk(snapshot, numbers, hero, lastEndMs ?? 0) : null),
    [snapshot, numbers, hero, lastEndMs],
  );

  const { show } = notifications;
  useEffect(() => {
    for (const { sessionId, osName: os, browserName: browser } of arrived) {
      setAnnouncement(t("waiting.arrived", { os, browser }));
      show(t("notifications.title"), `${os} · ${browser}`, sessionId);
    }
  }, [arrived, show, t]);

  const waitingCount = snapshot?.waiting.filter(({ phase }) => phase === "waiting").length ?? 0;
  useCountInTitle(waitingCount);

  useShortcuts({
    // As the button beside it: also in the moment between *Ready* and the first news, in which a key would be lost without a word.
    issue: () => void actions.issue(),
    accept: () => {
      const first = longestWaiting(desk?.waiting ?? []);
      if (first) void actions.accept(first.sessionId);
    },
    help: () => setHelpOpen(true),
  });

  return (
    <>
      <ConsoleHeader viewer={viewer} connection={connection} onShowShortcuts={() => setHelpOpen(true)} />
      <main id="content" className="mx-auto w-full max-w-console px-4 py-6 sm:py-8">
        <h1 className="sr-only">{t("title")}</h1>
        <ConnectionNotice connection={connection} />
        <NumberPanel
          hero={desk?.hero ?? null}
          others={desk?.others ?? []}
          publicUrl={publicUrl}
          issuing={actions.issuing}
          cancelling={actions.cancelling}
          isIssueFirst={waitingCount === 0}
          onIssue={() => void actions.issue()}
          onCancel={(receptionId) => void actions.cancel(receptionId)}
        />
        <div className="mt-8 grid gap-8 lg:grid-cols-2">
          <WaitingList
            waiting={desk?.waiting ?? null}
            numbers={numbers}
            answering={actions.answering}
            onAccept={(sessionId) => void actions.accept(sessionId)}
            onDecline={(sessionId) => void actions.decline(sessionId)}
          />
          <LiveList live={desk?.live ?? null} />
        </div>
        <div className="mt-6 flex min-h-8 flex-wrap items-center justify-between gap-x-6 gap-y-2">
          {snapshot ? <LastDay lastDay={snapshot.lastDay} /> : <Skeleton className="h-5 w-72 max-w-full" />}
          <NotificationControl state={notifications.state} onAsk={() => void notifications.ask()} />
        </div>
        {snapshot?.lastDay.sessions === 0 && (
          <div className="mt-8 border-line border-t pt-8">
            <FirstSteps />
          </div>
        )}
      </main>
      <RefusalNotice refusal={actions.refusal} onDismiss={actions.dismissRefusal} />
      <ShortcutsDialog open={helpOpen} onOpenChange={setHelpOpen} />
      <Announcer message={announcement} />
    </>
  );
}

function LastDay({ lastDay: { sessions, seconds } }: { lastDay: ConsoleSnapshot["lastDay"] }) {
  const t = useTranslations("console");
  const format = useFormatter();
  const locale = useLocale();
  return (
    <p className="text-15 text-ink-muted">
      {sessions === 0
        ? t("lastDayNone")
        : t("lastDay", {
            sessions,
            count: format.number(sessions),
            // While the first of them goes on, there is nothing to add up.
            seconds,
            duration: formatDuration(seconds, locale),
          })}
    </p>
  );
}

/** `(2) Console – Madoguchi`: seen from another tab. Puts back what it found. */
function useCountInTitle(count: number): void {
  useEffect(() => {
    if (count === 0) return;
    const plain = document.title.replace(/^\(\d+\) /, "");
    document.title = `(${count}) ${plain}`;
    return () => {
      document.title = document.title.replace(/^\(\d+\) /, "");
    };
  }, [count]);
}
