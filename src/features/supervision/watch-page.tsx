"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { ArrowLeft, Eye } from "lucide-react";
import Link from "next/link";
import { useFormatter, useLocale, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { usePageTitle } from "@/components/use-page-title";
import type { ErrorCode } from "@/lib/error-table";
import { formatDuration } from "@/lib/format-duration";
import type { JoinCall } from "@/media/session-connection";
import type { EndReason } from "@/protocol/end-reason";
import type { SupervisedSession } from "@/protocol/supervision";
import { useTRPC, useTRPCClient } from "@/trpc/client";
import { EndDialog } from "./end-dialog";
import { useSubscribed } from "./use-subscribed";
import { WatchMessage } from "./watch-message";

/** What the session's picture needs of this page; the page that composes the features renders it. */
export interface WatchedProps {
  sessionId: string;
  attempt: number;
  operatorName: string;
  startedAt: Date | null;
  join: JoinCall;
  leading: ReactNode;
  actions: ReactNode;
  renderOver: (
    how:
      | { readonly phase: "ended"; readonly reason: EndReason }
      | { readonly phase: "failed"; readonly error: ErrorCode }
      | { readonly phase: "replaced" },
  ) => ReactNode;
}

interface WatchPageProps {
  /** What the server knew when it rendered the page. */
  initial: SupervisedSession;
  /** Of the supervisor who watches. */
  viewerName: string;
  renderSession: (props: WatchedProps) => ReactNode;
}

/** One session, watched by a supervisor: the picture, a slim bar that says so, the way out, and the end for everybody. */
export function WatchPage({ initial, viewerName, renderSession }: WatchPageProps) {
  const t = useTranslations("supervision.watchPage");
  const common = useTranslations("common");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [view, setView] = useState(initial);
  const [attempt, setAttempt] = useState(0);
  const [isEnding, setIsEnding] = useState(false);
  const { sessionId, operatorName } = view;
  const subscription = useSubscription(
    trpc.supervision.watch.subscriptionOptions({ sessionId: initial.sessionId }, { onData: setView }),
  );
  const { refusal } = useSubscribed(subscription, view);
  usePageTitle(`${t("title")} · ${operatorName} · ${common("productName")}`);
  const again = () => setAttempt((count) => count + 1);

  const end = (
    <EndDialog
      session={isEnding ? view : null}
      onClose={() => setIsEnding(false)}
      onEnded={() => setIsEnding(false)}
    />
  );
  if (refusal) return <Refused code={refusal} />;
  switch (view.phase) {
    case "ended":
      return <Ended view={view} reason={view.endReason} />;
    case "waiting":
    case "accepted":
      return (
        <>
          <WatchMessage title={t("notLiveTitle")} action={<EndButton onPress={() => setIsEnding(true)} />}>
            {t("notLiveDetail", { operator: operatorName })}
          </WatchMessage>
          {end}
        </>
      );
    default:
      return (
        <>
          {renderSession({
            sessionId,
            attempt,
            operatorName,
            startedAt: view.startedAt,
            join: ({ signal }) => client.supervision.observe.mutate({ sessionId }, { signal }),
            leading: <Leading view={view} viewerName={viewerName} />,
            actions: (
              <>
                <Button asChild size="small">
                  <Link href="/admin/live">{t("leave")}</Link>
                </Button>
                <EndButton size="small" onPress={() => setIsEnding(true)} />
              </>
            ),
            renderOver: (how) => {
              if (how.phase === "ended") return <Ended view={view} reason={how.reason} />;
              if (how.phase === "failed") return <Refused code={how.error} onRetry={again} />;
              return (
                <WatchMessage
                  title={t("replacedTitle")}
                  action={
                    <Button variant="primary" onClick={again}>
                      {t("continueHere")}
                    </Button>
                  }
                >
                  {t("replacedDetail")}
                </WatchMessage>
              );
            },
          })}
          {end}
        </>
      );
  }
}

/** What this page is, whose session it shows, and who else looks. */
function Leading({ view, viewerName }: { view: SupervisedSession; viewerName: string }) {
  const t = useTranslations("supervision.watchPage");
  const format = useFormatter();
  const others = view.observers.map(({ name }) => name).filter((name) => name !== viewerName);
  return (
    <>
      <Button asChild variant="quiet" size="small" square>
        <Link href="/admin/live" aria-label={t("back")}>
          <ArrowLeft aria-hidden className="size-5" />
        </Link>
      </Button>
      <h1 className="sr-only">{t("title")}</h1>
      <Badge tone="accent" className="py-1 text-15">
        <Eye aria-hidden className="size-4" />
        {t("watching")}
      </Badge>
      <span className="min-w-0 break-words sm:max-w-96 sm:truncate">
        {t("session", { operator: view.operatorName })}
      </span>
      {others.length > 0 && (
        <span className="text-ink-muted">{t("others", { names: format.list(others) })}</span>
      )}
    </>
  );
}

function EndButton({ onPress, size = "medium" }: { onPress: () => void; size?: "small" | "medium" }) {
  const t = useTranslations("supervision.endDialog");
  return (
    <Button variant="stop" size={size} onClick={onPress}>
      {t("confirm")}
    </Button>
  );
}

/** The end: why, and how long it was. */
function Ended({ view, reason }: { view: SupervisedSession; reason: EndReason | null }) {
  const t = useTranslations("supervision.watchPage");
  const reasons = useTranslations("endReasons");
  const locale = useLocale();
  // The relay's word of the end comes before the server's record of it.
  const [noticedAt] = useState(() => new Date());
  const { startedAt, endedAt } = view;
  const seconds = startedAt && ((endedAt ?? noticedAt).getTime() - startedAt.getTime()) / 1000;
  return (
    <WatchMessage title={reason ? reasons(`${reason}.short`) : t("endedTitle")}>
      {seconds === null ? null : t("lasted", { duration: formatDuration(seconds, locale) })}
    </WatchMessage>
  );
}

/** A refusal that another try by itself would not change: what, why, and what to do now. */
function Refused({ code, onRetry }: { code: ErrorCode; onRetry?: () => void }) {
  const t = useTranslations("supervision");
  const errors = useTranslations("errors");
  const common = useTranslations("common");
  const action =
    code === "UNAUTHENTICATED" ? (
      <Button asChild variant="primary">
        <Link href="/signin">{t("signIn")}</Link>
      </Button>
    ) : onRetry ? (
      <Button variant="primary" onClick={onRetry}>
        {t("tryAgain")}
      </Button>
    ) : undefined;
  return (
    <WatchMessage title={errors(`${code}.what`)} action={action}>
      {errors(`${code}.why`)} {errors(`${code}.next`, { wait: common("aFewMinutes") })}
    </WatchMessage>
  );
}
