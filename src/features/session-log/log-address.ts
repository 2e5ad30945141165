import { addLocalDays, localDay, startOfLocalDay } from "@/lib/local-day";
import { type EndReason, endReasonSchema } from "@/protocol/end-reason";
import {
  CATEGORY_MAX_LENGTH,
  type LogSort,
  logSortSchema,
  SEARCH_MAX_LENGTH,
  type SessionFilter,
} from "@/protocol/session-log";

/**
 * The session log's filters, order and place as the page's address holds them, so that a reload, a bookmark and the
 * browser's Back bring them back. Days are those of the browser's own zone.
 */
export const logRanges = ["all", "today", "week", "month", "year", "own"] as const;
export type LogRange = (typeof logRanges)[number];

export interface LogAddress {
  readonly range: LogRange;
  /** First and last day of an own range, `YYYY-MM-DD`; empty: open. */
  readonly fromDay: string;
  readonly toDay: string;
  readonly operatorId: string;
  /** Null: not filed; empty: any. */
  readonly category: string | null;
  readonly endReason: EndReason | "";
  readonly text: string;
  readonly sort: LogSort;
  readonly descending: boolean;
  readonly cursor: string;
  readonly direction: "next" | "previous";
}

export const wholeLog: LogAddress = {
  range: "all",
  fromDay: "",
  toDay: "",
  operatorId: "",
  category: "",
  endReason: "",
  text: "",
  sort: "start",
  descending: true,
  cursor: "",
  direction: "next",
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads an address. What somebody has written into it and makes no sense is left out. */
export function readLogAddress(query: URLSearchParams): LogAddress {
  const of = (name: string) => query.get(name) ?? "";
  const day = (name: string) => (startOfLocalDay(of(name)) ? of(name) : "");
  const operatorId = of("operator");
  return {
    range: logRanges.find((range) => range === of("range")) ?? "all",
    fromDay: day("from"),
    toDay: day("to"),
    operatorId: UUID.test(operatorId) ? operatorId : "",
    category: query.has("unfiled") ? null : of("category").slice(0, CATEGORY_MAX_LENGTH),
    endReason: endReasonSchema.safeParse(of("reason")).data ?? "",
    text: of("q").slice(0, SEARCH_MAX_LENGTH),
    sort: logSortSchema.safeParse(of("sort")).data ?? "start",
    descending: of("order") !== "up",
    cursor: of("at"),
    direction: of("side") === "previous" ? "previous" : "next",
  };
}

/** The address without its `?`; what is as usual is left out. */
export function writeLogAddress(address: LogAddress): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string, usual = "") => {
    if (value !== usual) query.set(name, value);
  };
  put("range", address.range, "all");
  if (address.range === "own") {
    put("from", address.fromDay);
    put("to", address.toDay);
  }
  put("operator", address.operatorId);
  if (address.category === null) query.set("unfiled", "1");
  else put("category", address.category);
  put("reason", address.endReason);
  put("q", address.text);
  put("sort", address.sort, "start");
  put("order", address.descending ? "down" : "up", "down");
  put("at", address.cursor);
  if (address.cursor !== "") put("side", address.direction, "next");
  return query.toString();
}

/** What the address asks for, as the API wants it. */
export function filterOf(address: LogAddress, now: Date): SessionFilter {
  const { operatorId, category, endReason } = address;
  const text = address.text.trim();
  return {
    ...periodOf(address, now),
    ...(operatorId !== "" && { operatorId }),
    ...(category !== "" && { category }),
    ...(endReason !== "" && { endReason }),
    ...(text !== "" && { text }),
  };
}

/** How many filters narrow the list. */
export function countFilters(address: LogAddress): number {
  const { range, operatorId, category, endReason, text } = address;
  return [range !== "all", operatorId !== "", category !== "", endReason !== "", text.trim() !== ""].filter(
    Boolean,
  ).length;
}

/** The same filter for a link to the file: instants, for the server does not know the browser's days. */
export function exportQuery(address: LogAddress, now: Date, timeZone: string): string {
  const { from, to, operatorId, category, endReason, text } = filterOf(address, now);
  const query = new URLSearchParams({ timeZone });
  if (from) query.set("from", from.toISOString());
  if (to) query.set("to", to.toISOString());
  if (operatorId) query.set("operator", operatorId);
  if (category === null) query.set("unfiled", "1");
  else if (category) query.set("category", category);
  if (endReason) query.set("reason", endReason);
  if (text) query.set("q", text);
  return query.toString();
}

function periodOf({ range, fromDay, toDay }: LogAddress, now: Date): Pick<SessionFilter, "from" | "to"> {
  switch (range) {
    case "all":
      return {};
    case "today":
      return { from: addLocalDays(now, 0) };
    case "week":
      return { from: addLocalDays(now, -6) };
    case "month":
      return { from: addLocalDays(now, -29) };
    case "year":
      return { from: addLocalDays(now, -364) };
    case "own": {
      const from = startOfLocalDay(fromDay);
      const last = startOfLocalDay(toDay);
      return { ...(from && { from }), ...(last && { to: addLocalDays(last, 1) }) };
    }
  }
}

/** The own range that a quick one stands for, to begin choosing from. */
export function ownRangeFrom(address: LogAddress, now: Date): LogAddress {
  const { from } = periodOf(address, now);
  return {
    ...address,
    range: "own",
    fromDay: from ? localDay(from) : localDay(addLocalDays(now, -29)),
    toDay: localDay(now),
  };
}
