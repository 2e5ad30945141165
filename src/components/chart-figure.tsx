"use client";

import { type ReactNode, useId } from "react";
import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "./table";

interface ChartFigureProps {
  heading: string;
  lead?: ReactNode;
  /** The drawing; hidden from people who do not see it, who get the table. */
  chart: ReactNode;
  table: {
    readonly summary: string;
    readonly label: string;
    readonly columns: readonly { readonly header: string; readonly numeric?: boolean }[];
    readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  };
  className?: string;
  level?: 2 | 3;
}

/** The colours of drawings, from the theme. */
export const chartColors = {
  first: "var(--accent)",
  second: "var(--warn)",
  grid: "var(--line)",
  text: "var(--ink-muted)",
} as const;

/** Axes and grids of every drawing. */
export const chartAxis = {
  stroke: chartColors.grid,
  tick: { fill: chartColors.text, fontSize: 12 },
  tickLine: false,
  axisLine: false,
} as const;

/** What the tooltip of a drawing looks like; recharts takes style objects only. */
export const chartTooltip = {
  contentStyle: {
    background: "var(--surface)",
    border: "1px solid var(--line)",
    borderRadius: 10,
    color: "var(--ink)",
    fontSize: 13,
  },
  labelStyle: { color: "var(--ink-muted)" },
  itemStyle: { color: "var(--ink)" },
  cursor: { fill: "var(--sunken)", stroke: "var(--line-strong)" },
  isAnimationActive: false,
} as const;

/** A drawing with its heading, and the same figures as a table that everybody can unfold. */
export function ChartFigure({ heading, lead, chart, table, className, level = 2 }: ChartFigureProps) {
  const headingId = useId();
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section aria-labelledby={headingId} className={className}>
      <Heading id={headingId} className={level === 2 ? "font-semibold text-18" : "font-semibold text-15"}>
        {heading}
      </Heading>
      {lead !== undefined && <p className="mt-0.5 text-13 text-ink-muted">{lead}</p>}
      <div aria-hidden className="mt-3">
        {chart}
      </div>
      <details className="mt-2 text-13">
        <summary className="inline-flex min-h-6 items-center rounded-small text-accent hover:underline">
          {table.summary}
        </summary>
        <div className="mt-2 max-h-80 overflow-y-auto">
          <Table label={table.label}>
            <TableHead>
              <tr>
                {table.columns.map((column) => (
                  <TableHeaderCell key={column.header} numeric={column.numeric ?? false}>
                    {column.header}
                  </TableHeaderCell>
                ))}
              </tr>
            </TableHead>
            <TableBody>
              {table.rows.map((row) => (
                <TableRow key={row.key}>
                  {row.cells.map((cell, index) => (
                    <TableCell
                      key={table.columns[index]?.header ?? index}
                      numeric={table.columns[index]?.numeric ?? false}
                    >
                      {cell}
                    </TableCell>
                  ))}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      </details>
    </section>
  );
}
