"use client";

import { File, Folder, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { cn } from "@/lib/class-names";
import type { FileView } from "@/media/files/files-state";
import { useFileWords } from "./use-file-words";

/** More is not listed: nobody reads ten thousand names. */
const SHOWN_FILES = 100;

/** What a batch contains, by name and size, with a warning where opening one may do something. */
export function FileList({ files, size }: { files: readonly FileView[]; size: "medium" | "large" }) {
  const t = useTranslations("files");
  const words = useFileWords();
  // The list is the same for as long as the offer lives; what is around it changes with every step of other transfers.
  const programs = useMemo(() => files.filter(({ isProgram }) => isProgram).length, [files]);
  // Programs first: whoever decides sees them.
  const shown = useMemo(
    () => [...files].sort((a, b) => Number(b.isProgram) - Number(a.isProgram)).slice(0, SHOWN_FILES),
    [files],
  );
  const rest = files.length - shown.length;
  return (
    <>
      {programs > 0 && (
        <p
          className={cn(
            "flex items-start gap-2 rounded bg-warn-soft px-3 py-2",
            size === "large" ? "text-18" : "text-13",
          )}
        >
          <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-warn-text" />
          <span>{t("programs", { count: programs })}</span>
        </p>
      )}
      <ul
        aria-label={t("list")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be within reach of the keyboard.
        tabIndex={0}
        className={cn("max-h-48 overflow-y-auto", size === "large" ? "text-18" : "text-13")}
      >
        {shown.map((file) => (
          <li key={file.name} className="flex items-baseline gap-2 py-0.5">
            <EntryIcon file={file} />
            {/* Each name runs its own way: one that is written from right to left does not turn the line around. */}
            <bdi className="min-w-0 flex-1 [overflow-wrap:anywhere]">{file.name}</bdi>
            {file.isProgram && <span className="shrink-0 text-13 text-warn-text">{t("program")}</span>}
            <span className="shrink-0 text-ink-muted tabular-nums">
              {file.isFolder ? t("emptyFolder") : words.size(file.size)}
            </span>
          </li>
        ))}
        {rest > 0 && <li className="py-0.5 text-ink-muted">{t("more", { count: rest })}</li>}
      </ul>
    </>
  );
}

function EntryIcon({ file }: { file: FileView }) {
  const Icon = file.isProgram ? TriangleAlert : file.isFolder ? Folder : File;
  const color = file.isProgram ? "text-warn-text" : "text-ink-muted";
  return <Icon aria-hidden className={cn("size-4 shrink-0 self-center", color)} />;
}
