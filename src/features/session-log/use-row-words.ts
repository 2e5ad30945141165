"use client";

import { useLocale, useTranslations } from "next-intl";
import { formatDuration } from "@/lib/format-duration";
import type { SessionLogRow } from "@/protocol/session-views";
import { formatMegabytes } from "./traffic";

/** A row of the log in words, the same in the table, on the cards and in the sheet. */
export function useRowWords() {
  const t = useTranslations("admin");
  const reasons = useTranslations("endReasons");
  const locale = useLocale();
  return {
    duration: (row: SessionLogRow) => {
      if (row.endedAt === null) return t("running");
      return row.durationSeconds === null ? t("notStarted") : formatDuration(row.durationSeconds, locale);
    },
    endReason: (row: SessionLogRow) =>
      row.endReason === null ? t("running") : reasons(`${row.endReason}.short`),
    traffic: (row: SessionLogRow) => t("megabytes", { size: formatMegabytes(row.bytesForwarded, locale) }),
    device: ({ device }: SessionLogRow) =>
      device ? t("device", { os: device.osName, browser: device.browserName }) : t("unknownDevice"),
  };
}
