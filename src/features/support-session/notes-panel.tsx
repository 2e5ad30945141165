"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { NoteEditor } from "@/components/note-editor";
import { Skeleton } from "@/components/skeleton";
import { NOTE_MAX_LENGTH } from "@/protocol/session-log";
import { appErrorCode } from "@/trpc/app-error";
import { useTRPC, useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";

/** Trying again changes nothing about these. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set(["NOT_FOUND", "SESSION_WRONG_PHASE", "BAD_REQUEST"]);

/** The operator's note and category of this session, during it and right after it. */
export function NotesPanel({ sessionId, rows }: { sessionId: string; rows?: number }) {
  const t = useTranslations("common");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const cache = useQueryClient();
  // Loaded once: from then on this tab knows better than the server what the note is.
  const session = useQuery(trpc.log.get.queryOptions({ sessionId }, { staleTime: Number.POSITIVE_INFINITY }));
  if (session.isPending) return <Skeleton className="h-40 w-full" />;
  if (session.isError) {
    return (
      <ErrorNotice
        {...refusalOf(session.error)}
        action={<Button onClick={() => void session.refetch()}>{t("tryAgain")}</Button>}
      />
    );
  }
  const { note, category, categories } = session.data;
  return (
    <NoteEditor
      key={sessionId}
      storageKey={sessionId}
      saved={{ note, category }}
      categories={categories}
      maxLength={NOTE_MAX_LENGTH}
      rows={rows}
      onSave={(draft) => {
        // The session may end while this is on its way; the page after it then begins with what was written.
        cache.setQueryData(trpc.log.get.queryKey({ sessionId }), (known) => known && { ...known, ...draft });
        return client.log.saveNote.mutate({ sessionId, ...draft });
      }}
      isFinal={(error) => FINAL_REFUSALS.has(appErrorCode(error))}
    />
  );
}
