"use client";

import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";
import type { ImportPreview, ImportRow } from "@/protocol/operator-accounts";

/** Enough to see that the right columns were read; rows with problems come first, all of them up to this many. */
const ROWS_SHOWN = 200;

/** What the file holds, and what is wrong with it. */
export function ImportPreviewList({ fileName, preview }: { fileName: string; preview: ImportPreview }) {
  const t = useTranslations("operators.importSheet");
  const { rows, faulty, seats } = preview;
  const left = Math.max(0, seats.total - seats.used);
  const wrong = rows.filter(({ problems }) => problems.length > 0);
  const right = rows.filter(({ problems }) => problems.length === 0);
  const shown = [...wrong, ...right].slice(0, ROWS_SHOWN);
  return (
    <>
      <p className="text-15">
        <span className="font-semibold">{fileName}</span>{" "}
        <span className="text-ink-muted">{t("rows", { count: rows.length })}</span>
      </p>
      <div role="status" className="mt-2 space-y-1">
        {faulty > 0 && <Verdict good={false}>{t("faulty", { count: faulty })}</Verdict>}
        {rows.length > left && <Verdict good={false}>{t("tooMany", { needed: rows.length, left })}</Verdict>}
        {faulty === 0 && rows.length <= left && <Verdict good>{t("sound")}</Verdict>}
      </div>
      <ul aria-label={t("previewLabel")} className="mt-4 divide-y divide-line border-line border-y">
        {shown.map((row) => (
          <PreviewRow key={row.line} row={row} />
        ))}
      </ul>
      {rows.length > shown.length && (
        <p className="mt-2 text-13 text-ink-muted">{t("more", { count: rows.length - shown.length })}</p>
      )}
    </>
  );
}

function Verdict({ good, children }: { good: boolean; children: ReactNode }) {
  const Icon = good ? CircleCheck : CircleAlert;
  return (
    <p className={cn("flex gap-2 text-15", good ? "text-good-text" : "text-stop-text")}>
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

function PreviewRow({ row }: { row: ImportRow }) {
  const t = useTranslations("operators");
  return (
    <li className="grid grid-cols-[4.5rem_1fr] gap-x-3 py-2 text-15">
      <span className="text-13 text-ink-muted leading-6 tabular-nums">
        {t("importSheet.lineNumber", { line: row.line })}
      </span>
      <div className="min-w-0">
        <div className="flex flex-wrap gap-x-3">
          <span className="max-w-full truncate font-semibold">{row.name || t("noEmail")}</span>
          <span className="max-w-full truncate text-ink-muted">{row.code}</span>
          <span className="max-w-full truncate text-ink-muted">{row.email}</span>
          {row.role && row.role !== "operator" && <span>{t(`roles.${row.role}`)}</span>}
        </div>
        {row.problems.map((problem) => (
          <p key={problem} className="text-13 text-stop-text">
            {t(`problems.${problem}`)}
          </p>
        ))}
      </div>
    </li>
  );
}
