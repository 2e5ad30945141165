"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { Activity, WifiOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { PageHeading } from "@/components/page-heading";
import { Skeleton } from "@/components/skeleton";
import type { LiveBoard } from "@/protocol/supervision";
import { useTRPC } from "@/trpc/client";
import { type EndableSession, EndDialog } from "./end-dialog";
import { LiveTable } from "./live-table";
import { useSubscribed } from "./use-subscribed";

/** Every open session of the company, as it stands at this moment. */
export function LivePage({ companyName }: { companyName: string }) {
  const t = useTranslations("supervision");
  const trpc = useTRPC();
  const { notify } = useNotices();
  const [board, setBoard] = useState<LiveBoard | null>(null);
  const [ending, setEnding] = useState<EndableSession | null>(null);
  const subscription = useSubscription(
    trpc.supervision.watchLive.subscriptionOptions(undefined, { onData: setBoard }),
  );
  const { refusal, isReconnecting } = useSubscribed(subscription, board);
  return (
    <>
      <PageHeading title={t("title")} description={t("description", { company: companyName })} />
      {/* Its room is always there, so that nothing moves when the connection goes and comes back. */}
      <div className="mb-3 flex min-h-7 flex-wrap items-center justify-between gap-x-6 text-15">
        <p role="status" className="font-semibold tabular-nums">
          {board && board.sessions.length > 0 ? t("count", { count: board.sessions.length }) : null}
        </p>
        <p role="status" className="text-warn-text">
          {isReconnecting && (
            <span className="inline-flex items-center gap-2">
              <WifiOff aria-hidden className="size-4" />
              {t("reconnecting")}
            </span>
          )}
        </p>
      </div>
      {refusal ? (
        <ErrorNotice code={refusal} />
      ) : board === null ? (
        <div aria-busy className="space-y-2">
          <Skeleton className="h-10 w-full" />
          <Skeleton className="h-14 w-full" />
          <Skeleton className="h-14 w-full" />
        </div>
      ) : board.sessions.length === 0 ? (
        <EmptyState icon={<Activity />} title={t("empty")} className="rounded border border-line bg-surface">
          {t("emptyDetail")}
        </EmptyState>
      ) : (
        <LiveTable sessions={board.sessions} onEnd={setEnding} />
      )}
      <EndDialog
        session={ending}
        onClose={() => setEnding(null)}
        onEnded={() => {
          setEnding(null);
          notify(t("ended"));
        }}
      />
    </>
  );
}
