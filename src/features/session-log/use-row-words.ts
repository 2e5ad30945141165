"use client";

import { useLocale, useTranslations } from "next-intl";
import { formatDuration } from "@/lib/format-duration";
import type { SessionLogRow } from "@/protocol/session-log";
import { formatMegabytes } from "./traffic";

/** A session in words, the same in the table, on the cards, in the sheet and on its page. */
export function useRowWords() {
  const t = useTranslations("sessionLog");
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
    device: ({ device, erasedAt }: SessionLogRow) => {
      if (device) return t("device", { os: device.osName, browser: device.browserName });
      return t(erasedAt ? "erasedDevice" : "unknownDevice");
    },
    survey: ({ surveyAnswer }: SessionLogRow) =>
      surveyAnswer ? t(`survey.${surveyAnswer}`) : t("survey.none"),
  };
}
