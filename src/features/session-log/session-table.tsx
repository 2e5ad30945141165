"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Skeleton } from "@/components/skeleton";
import { TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "@/components/table";
import { RelativeTime } from "@/components/time";
import type { SessionLogRow } from "@/protocol/session-views";
import { useRowWords } from "./use-row-words";

export interface SessionRowsProps {
  rows: readonly SessionLogRow[];
  /** Only where rows of several operators are listed. */
  showOperator: boolean;
  onOpen: (row: SessionLogRow) => void;
}

const SKELETON_ROWS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** The log on a wide screen. */
export function SessionTable({ rows, showOperator, onOpen }: SessionRowsProps) {
  const t = useTranslations("admin");
  const format = useFormatter();
  const words = useRowWords();
  return (
    <Frame showOperator={showOperator}>
      {rows.map((row) => (
        <TableRow
          key={row.sessionId}
          // The whole row is a target for the mouse; the keyboard has the button in its first cell.
          onClick={() => onOpen(row)}
          className="cursor-pointer hover:bg-sunken"
        >
          <TableCell className="whitespace-nowrap">
            <button
              type="button"
              aria-haspopup="dialog"
              aria-label={t("openDetails", {
                time: format.dateTime(row.createdAt, { dateStyle: "medium", timeStyle: "short" }),
              })}
              className="rounded-small text-accent hover:underline"
            >
              <RelativeTime at={row.createdAt} />
            </button>
          </TableCell>
          {showOperator && <TableCell>{row.operatorName}</TableCell>}
          <TableCell className="whitespace-nowrap">{words.duration(row)}</TableCell>
          <TableCell>{words.device(row)}</TableCell>
          <TableCell>{words.endReason(row)}</TableCell>
          <TableCell numeric>{words.traffic(row)}</TableCell>
        </TableRow>
      ))}
    </Frame>
  );
}

/** The table while it loads, with rows of the same height. */
export function SessionTableSkeleton({ showOperator }: { showOperator: boolean }) {
  const widths = ["w-28", ...(showOperator ? ["w-24"] : []), "w-20", "w-36", "w-40", "ml-auto w-14"];
  return (
    <Frame showOperator={showOperator}>
      {SKELETON_ROWS.map((key) => (
        <TableRow key={key}>
          {widths.map((width) => (
            <TableCell key={width}>
              <div className="flex h-6 items-center ja:h-[1.59rem]">
                <Skeleton className={`h-4 ${width}`} />
              </div>
            </TableCell>
          ))}
        </TableRow>
      ))}
    </Frame>
  );
}

function Frame({ showOperator, children }: { showOperator: boolean; children: React.ReactNode }) {
  const t = useTranslations("admin.columns");
  return (
    // Clipped, not scrolled: a scroll container here would hold the sticky head back from the page's own scrolling.
    <div className="overflow-clip rounded border border-line bg-surface">
      <table className="w-full table-fixed border-collapse text-left text-15">
        <TableHead className="z-10">
          <tr>
            <TableHeaderCell className="w-52">{t("when")}</TableHeaderCell>
            {showOperator && <TableHeaderCell className="w-40">{t("operator")}</TableHeaderCell>}
            <TableHeaderCell className="w-40">{t("duration")}</TableHeaderCell>
            <TableHeaderCell>{t("device")}</TableHeaderCell>
            <TableHeaderCell>{t("ended")}</TableHeaderCell>
            <TableHeaderCell numeric className="w-28">
              {t("traffic")}
            </TableHeaderCell>
          </tr>
        </TableHead>
        <TableBody>{children}</TableBody>
      </table>
    </div>
  );
}
