"use client";

import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "@/components/button";
import { formatDuration } from "@/lib/format-duration";
import type { EndReason } from "@/protocol/end-reason";
import type { OperatorSessionView } from "@/protocol/session-views";
import { forgetChat } from "./chat-storage";
import { NotesPanel } from "./notes-panel";
import { BarFrame, CustomerName } from "./operator-bar";
import { useTabTitle } from "./use-page";

interface PageMessageProps {
  title: string;
  children?: ReactNode;
  /** The buttons; the main one first. */
  action?: ReactNode;
  /** What stands in the bar: who the customer is. */
  bar?: ReactNode;
  /** Something to do beside it, which is not part of the message. */
  below?: ReactNode;
}

/** The session's page while there is no picture to show: what is going on, and what to do. */
export function PageMessage({ title, children, action, bar, below }: PageMessageProps) {
  return (
    <main id="content" className="flex min-h-dvh flex-col">
      <BarFrame>{bar}</BarFrame>
      <div className="grid flex-1 place-content-center justify-items-center gap-4 bg-sunken p-4">
        <div
          role="status"
          className="w-[32rem] max-w-[calc(100vw-2rem)] rounded-large border border-line bg-surface px-6 py-8 text-center"
        >
          <h2 className="font-semibold text-24">{title}</h2>
          {children !== undefined && <div className="mt-2 space-y-2 text-15 text-ink-muted">{children}</div>}
          {action !== undefined && <div className="mt-6 flex flex-wrap justify-center gap-3">{action}</div>}
        </div>
        {below !== undefined && (
          <div className="w-[32rem] max-w-[calc(100vw-2rem)] rounded-large border border-line bg-surface px-6 py-5">
            {below}
          </div>
        )}
      </div>
    </main>
  );
}

/** The way back, as the one button of a page that is over. */
export function BackToConsole({ primary = false }: { primary?: boolean }) {
  const t = useTranslations("session.operator");
  return (
    <Button asChild variant={primary ? "primary" : "secondary"}>
      <Link href="/console">{t("back")}</Link>
    </Button>
  );
}

/** The end: why, and how long it was. */
export function SessionEnded({ view, reason }: { view: OperatorSessionView; reason: EndReason | null }) {
  const t = useTranslations("session");
  const reasons = useTranslations("endReasons");
  const locale = useLocale();
  // The relay's word of the end comes before the server's record of it.
  const [noticedAt] = useState(() => new Date());
  useTabTitle(t("operatorTitle.ended"));
  useEffect(() => forgetChat(view.sessionId), [view.sessionId]);

  const endedAt = view.endedAt ?? noticedAt;
  const seconds = view.startedAt ? (endedAt.getTime() - view.startedAt.getTime()) / 1000 : null;
  return (
    <PageMessage
      title={reason ? reasons(`${reason}.short`) : t("operator.endedTitle")}
      bar={<CustomerName device={view.device} />}
      action={<BackToConsole primary />}
      below={<NotesPanel sessionId={view.sessionId} rows={5} />}
    >
      {reason && <p>{reasons(`${reason}.operator`)}</p>}
      <p>
        {seconds === null
          ? t("operator.nothingShared")
          : t("operator.duration", { duration: formatDuration(seconds, locale) })}
      </p>
    </PageMessage>
  );
}
