import type { AuditFilter } from "@/protocol/audit-log";

/** The filter as the form holds it; empty: everything. Days are those of the viewer's own zone. */
export interface FilterWords {
  readonly from: string;
  readonly to: string;
  readonly actor: string;
  readonly group: string;
  readonly text: string;
}

export const noFilter: FilterWords = { from: "", to: "", actor: "", group: "", text: "" };

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The filter as the API takes it; "until" a day means its end. A day that is none is left out. */
export function toAuditFilter({ from, to, actor, group, text }: FilterWords): AuditFilter {
  const first = startOfDay(from, 0);
  const end = startOfDay(to, 1);
  return {
    ...(first && { from: first }),
    ...(end && { to: end }),
    ...(actor !== "" && { actor }),
    ...(group !== "" && { group }),
    ...(text.trim() !== "" && { text: text.trim() }),
  };
}

/** Where the same entries can be had as CSV. */
export function exportAddress(path: string, words: FilterWords): string {
  const filter = toAuditFilter(words);
  const query = new URLSearchParams(
    Object.entries(filter).map(([name, value]): [string, string] => [
      name,
      value instanceof Date ? value.toISOString() : value,
    ]),
  );
  return query.size === 0 ? path : `${path}?${query}`;
}

function startOfDay(day: string, daysLater: number): Date | null {
  const [, year, month, date] = DAY.exec(day) ?? [];
  if (!year || !month || !date) return null;
  // A month and a day beyond the last one lead into the next, also over a change of clocks.
  const at = new Date(Number(year), Number(month) - 1, Number(date) + daysLater);
  return Number.isNaN(at.getTime()) ? null : at;
}
