"use client";

import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";
import { ColumnPicker, useHiddenColumns } from "./column-picker";
import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "./table";
import { useWideScreen } from "./use-wide-screen";

export interface DataColumn<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** May be hidden by the viewer. */
  readonly hideable?: boolean;
  /** Its place on a phone's card: the title, a line of the details (default), or nowhere. */
  readonly phone?: "title" | "detail" | "hidden";
}

export interface DataSort {
  readonly columnId: string;
  readonly descending: boolean;
}

interface DataTableProps<Row> {
  /** What the table holds, for people who do not see it. */
  label: string;
  columns: readonly DataColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  sort?: DataSort;
  onSort?: (sort: DataSort) => void;
  /** Opens a row; the cell of the title column becomes the button. */
  onOpenRow?: (row: Row) => void;
  /** Dims the rows while others are being fetched. */
  busy?: boolean;
  /** Under this name the hidden columns are remembered; without it there is no column picker. */
  storageKey?: string;
  /** In place of the rows when there are none. */
  empty?: ReactNode;
  /** Left of the column picker: filters. */
  toolbar?: ReactNode;
}

/** A dense table with a sticky head; on a narrow screen the same rows as cards. Sorting is the caller's: it asks the server. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, busy = false, storageKey, empty, toolbar } = props;
  const wide = useWideScreen();
  const hidden = useHiddenColumns(storageKey);
  const shown = columns.filter((column) => !(column.hideable && hidden.ids.includes(column.id)));
  return (
    <div>
      {(toolbar !== undefined || storageKey !== undefined) && (
        <div className="mb-3 flex flex-wrap items-end justify-between gap-3">
          <div className="min-w-0 flex-1">{toolbar}</div>
          {storageKey !== undefined && wide && (
            <ColumnPicker columns={columns.filter((column) => column.hideable)} hidden={hidden} />
          )}
        </div>
      )}
      {rows.length === 0 && empty !== undefined ? (
        <div className="rounded border border-line bg-surface">{empty}</div>
      ) : (
        <div aria-busy={busy} className={cn("transition-opacity", busy && "opacity-55")}>
          {wide ? <WideTable {...props} columns={shown} /> : <Cards {...props} columns={columns} />}
        </div>
      )}
    </div>
  );
}

function WideTable<Row>({ label, columns, rows, rowKey, sort, onSort, onOpenRow }: DataTableProps<Row>) {
  const titleId = columns.find((column) => column.phone === "title")?.id ?? columns[0]?.id;
  return (
    <Table label={label}>
      <TableHead>
        <tr>
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow
            key={rowKey(row)}
            className={cn("relative", onOpenRow && "hover:bg-sunken focus-within:bg-sunken")}
          >
            {columns.map((column) => (
              <TableCell key={column.id} numeric={column.numeric ?? false}>
                {onOpenRow && column.id === titleId ? (
                  <OpenButton onOpen={() => onOpenRow(row)}>{column.cell(row)}</OpenButton>
                ) : (
                  column.cell(row)
                )}
              </TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** Its area is the whole row: one thing to reach with the keyboard, everything to hit with the mouse. */
function OpenButton({ onOpen, children }: { onOpen: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onOpen}
      className="text-left font-semibold text-accent after:absolute after:inset-0 hover:underline"
    >
      {children}
    </button>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: DataColumn<Row>;
  sort: DataSort | undefined;
  onSort: ((sort: DataSort) => void) | undefined;
}) {
  const t = useTranslations("common.table");
  const numeric = column.numeric ?? false;
  if (!column.sortable || !onSort) {
    return <TableHeaderCell numeric={numeric}>{column.header}</TableHeaderCell>;
  }
  const direction = sort?.columnId === column.id ? (sort.descending ? "descending" : "ascending") : "none";
  const Icon = { ascending: ArrowUp, descending: ArrowDown, none: ChevronsUpDown }[direction];
  return (
    <TableHeaderCell numeric={numeric} aria-sort={direction}>
      <button
        type="button"
        title={t("sort")}
        onClick={() => onSort({ columnId: column.id, descending: direction !== "descending" })}
        className={cn(
          "-mx-1 inline-flex min-h-6 items-center gap-1 rounded-small px-1 hover:text-ink",
          direction !== "none" && "text-ink",
        )}
      >
        {column.header}
        <Icon aria-hidden className="size-3.5" />
      </button>
    </TableHeaderCell>
  );
}

function Cards<Row>({ label, columns, rows, rowKey, onOpenRow }: DataTableProps<Row>) {
  const title = columns.find((column) => column.phone === "title") ?? columns[0];
  const details = columns.filter((column) => column !== title && column.phone !== "hidden");
  return (
    <ul aria-label={label} className="space-y-3">
      {rows.map((row) => (
        <li key={rowKey(row)} className="relative rounded border border-line bg-surface px-4 py-3">
          <div className="font-semibold text-15">
            {onOpenRow ? (
              <OpenButton onOpen={() => onOpenRow(row)}>{title?.cell(row)}</OpenButton>
            ) : (
              title?.cell(row)
            )}
          </div>
          <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-15">
            {details.map((column) => (
              <div key={column.id} className="contents">
                <dt className="text-13 text-ink-muted leading-6">{column.header}</dt>
                <dd className="min-w-0">{column.cell(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
