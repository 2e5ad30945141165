"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { NoteEditor } from "@/components/note-editor";
import { PageHeading } from "@/components/page-heading";
import { unbroken } from "@/lib/unbroken";
import { NOTE_MAX_LENGTH, type SessionDetail } from "@/protocol/session-log";
import { appErrorCode } from "@/trpc/app-error";
import { useTRPC, useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { EraseButton } from "./erase-button";
import { DeviceFacts, SessionFacts, useMoment } from "./facts";
import { QualityCharts } from "./quality-charts";
import { Timeline } from "./timeline";
import { ToolDeviceFacts } from "./tool-device-facts";

interface SessionPageProps {
  initial: SessionDetail;
  /** The list that this session is in. */
  path: string;
  /** For administrators. */
  canErase: boolean;
}

/** Everything about one session. */
export function SessionPage({ initial, path, canErase }: SessionPageProps) {
  const t = useTranslations("sessionLog");
  const format = useFormatter();
  const trpc = useTRPC();
  const { sessionId } = initial;
  const query = useQuery(
    trpc.log.get.queryOptions({ sessionId }, { initialData: initial, staleTime: 10_000 }),
  );
  const session = query.data;
  const isOver = session.phase === "ended";
  return (
    <>
      <Link
        href={path}
        className="mb-2 inline-flex min-h-8 items-center gap-1.5 rounded-small text-15 text-accent hover:underline"
      >
        <ArrowLeft aria-hidden className="size-4" />
        {t("backToLog")}
      </Link>
      <PageHeading
        title={t("sheet.title", {
          time: unbroken(format.dateTime(session.createdAt, { dateStyle: "medium", timeStyle: "short" })),
        })}
        description={session.operatorName}
        actions={
          canErase &&
          isOver &&
          session.erasedAt === null && (
            <EraseButton sessionId={sessionId} onErased={() => void query.refetch()} />
          )
        }
      />
      {query.isError && <ErrorNotice {...refusalOf(query.error)} className="mb-4" />}
      {!isOver && <p className="mb-4 rounded bg-accent-soft px-4 py-3 text-15">{t("page.live")}</p>}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid gap-4">
          <Panel>
            <Timeline events={session.timeline} />
          </Panel>
          <Panel>
            <QualityCharts samples={session.quality} />
          </Panel>
        </div>
        <div className="grid gap-4">
          <Panel>
            <Note session={session} />
          </Panel>
          <Panel>
            <SessionFacts row={session} relay={session.relay} />
          </Panel>
          <Panel>
            <DeviceFacts row={session} />
          </Panel>
          {session.toolDevice && (
            <Panel>
              <ToolDeviceFacts device={session.toolDevice} />
            </Panel>
          )}
          {session.observers.length > 0 && (
            <Panel>
              <Observers observers={session.observers} />
            </Panel>
          )}
        </div>
      </div>
    </>
  );
}

function Panel({ children }: { children: ReactNode }) {
  return <div className="min-w-0 rounded border border-line bg-surface p-5">{children}</div>;
}

/** The note, which everybody who may read the session may write. */
function Note({ session }: { session: SessionDetail }) {
  const t = useTranslations("sessionLog.note");
  const client = useTRPCClient();
  const trpc = useTRPC();
  const cache = useQueryClient();
  if (session.erasedAt !== null) {
    return (
      <section>
        <h2 className="font-semibold text-15">{t("heading")}</h2>
        <p className="mt-2 text-15 text-ink-muted">{t("erased")}</p>
      </section>
    );
  }
  const { sessionId, note, category, categories } = session;
  return (
    <NoteEditor
      key={sessionId}
      storageKey={sessionId}
      saved={{ note, category }}
      categories={categories}
      maxLength={NOTE_MAX_LENGTH}
      onSave={(draft) => {
        // Whoever comes back to this page finds what was written, not what was loaded.
        cache.setQueryData(trpc.log.get.queryKey({ sessionId }), (known) => known && { ...known, ...draft });
        return client.log.saveNote.mutate({ sessionId, ...draft });
      }}
      isFinal={(error) => FINAL_REFUSALS.has(appErrorCode(error))}
      rows={5}
    />
  );
}

/** Trying again changes nothing about these. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set(["NOT_FOUND", "SESSION_WRONG_PHASE", "BAD_REQUEST"]);

function Observers({ observers }: Pick<SessionDetail, "observers">) {
  const t = useTranslations("sessionLog.page");
  const moment = useMoment();
  return (
    <section>
      <h2 className="font-semibold text-15">{t("observers")}</h2>
      <ul className="mt-2 space-y-1 text-15">
        {observers.map(({ name, joinedAt, leftAt }) => (
          <li key={joinedAt.toISOString()}>
            {leftAt
              ? t("observer", { name, from: moment(joinedAt), to: moment(leftAt) })
              : t("observing", { name, from: moment(joinedAt) })}
          </li>
        ))}
      </ul>
    </section>
  );
}
