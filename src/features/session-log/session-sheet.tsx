"use client";

import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import { unbroken } from "@/lib/unbroken";
import type { SessionLogRow } from "@/protocol/session-log";
import { DeviceFacts, SessionFacts } from "./facts";

interface SessionSheetProps {
  row: SessionLogRow | null;
  /** Where the session's own page is. */
  href: string;
  onClose: () => void;
}

/** A session at a glance, beside the list. */
export function SessionSheet({ row, href, onClose }: SessionSheetProps) {
  const t = useTranslations("sessionLog");
  const format = useFormatter();
  if (!row) return null;
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("sheet.title", {
        time: unbroken(format.dateTime(row.createdAt, { dateStyle: "medium", timeStyle: "short" })),
      })}
      footer={
        <Button asChild variant="primary">
          <Link href={href}>{t("sheet.open")}</Link>
        </Button>
      }
    >
      <div className="space-y-8">
        <section>
          <h2 className="font-semibold text-15">{t("note.heading")}</h2>
          <p className="mt-2 whitespace-pre-wrap text-15">
            {row.note === "" ? <span className="text-ink-muted">{t("note.empty")}</span> : row.note}
          </p>
        </section>
        <SessionFacts row={row} />
        <DeviceFacts row={row} />
      </div>
    </Sheet>
  );
}
