import { addLocalDays, localDay, startOfLocalDay } from "@/lib/local-day";
import { REPORT_MAX_DAYS } from "@/protocol/session-report";

/** The report's period and operator as the page's address holds them. Days are those of the browser's own zone. */
export const reportRanges = ["week", "month", "quarter", "year", "own"] as const;
export type ReportRange = (typeof reportRanges)[number];

export interface ReportAddress {
  readonly range: ReportRange;
  /** First and last day of an own range, `YYYY-MM-DD`. */
  readonly fromDay: string;
  readonly toDay: string;
  readonly operatorId: string;
}

const DAYS = { week: 7, month: 30, quarter: 90, year: 365 } as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads an address. What makes no sense in it is left out. */
export function readReportAddress(query: URLSearchParams): ReportAddress {
  const of = (name: string) => query.get(name) ?? "";
  return {
    range: reportRanges.find((range) => range === of("range")) ?? "month",
    fromDay: of("from"),
    toDay: of("to"),
    operatorId: UUID.test(of("operator")) ? of("operator") : "",
  };
}

/** The address without its `?`; what is as usual is left out. */
export function writeReportAddress({ range, fromDay, toDay, operatorId }: ReportAddress): string {
  const query = new URLSearchParams();
  if (range !== "month") query.set("range", range);
  if (range === "own") {
    query.set("from", fromDay);
    query.set("to", toDay);
  }
  if (operatorId !== "") query.set("operator", operatorId);
  return query.toString();
}

/** The period as instants, its end exclusive; null: an own range that is none, or too long. */
export function periodOf(
  { range, fromDay, toDay }: ReportAddress,
  now: Date,
): { from: Date; to: Date } | null {
  const tomorrow = addLocalDays(now, 1);
  if (range !== "own") return { from: addLocalDays(tomorrow, -DAYS[range]), to: tomorrow };
  const from = startOfLocalDay(fromDay);
  const last = startOfLocalDay(toDay);
  if (!from || !last || from > last || addLocalDays(from, REPORT_MAX_DAYS - 1) < last) return null;
  return { from, to: addLocalDays(last, 1) };
}

/** The own range that the present one stands for, to begin choosing from. */
export function ownRangeFrom(address: ReportAddress, now: Date): ReportAddress {
  const period = periodOf(address, now);
  return {
    ...address,
    range: "own",
    fromDay: localDay(period?.from ?? addLocalDays(now, -29)),
    toDay: localDay(now),
  };
}
