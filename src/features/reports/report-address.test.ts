import { expect, test } from "vitest";
import { ownRangeFrom, periodOf, readReportAddress, writeReportAddress } from "./report-address";

const now = new Date(2026, 2, 10, 15, 30);
const read = (text: string) => readReportAddress(new URLSearchParams(text));

test("without a word it is the last 30 days, today included", () => {
  expect(periodOf(read(""), now)).toEqual({ from: new Date(2026, 1, 9), to: new Date(2026, 2, 11) });
  expect(writeReportAddress(read(""))).toBe("");
});

test("an own range holds its last day, and comes back as it was written", () => {
  const address = read(
    "range=own&from=2026-01-01&to=2026-01-31&operator=0195f6a0-0000-7000-8000-000000000001",
  );
  expect(periodOf(address, now)).toEqual({ from: new Date(2026, 0, 1), to: new Date(2026, 1, 1) });
  expect(read(writeReportAddress(address))).toEqual(address);
});

test.each(["from=2026-02-01&to=2026-01-01", "from=x&to=2026-01-01", "from=2020-01-01&to=2026-01-01", ""])(
  "%j is no period",
  (query) => {
    expect(periodOf(read(`range=own&${query}`), now)).toBeNull();
  },
);

test("choosing dates begins with what is shown", () => {
  expect(ownRangeFrom(read("range=week"), now)).toMatchObject({ fromDay: "2026-03-04", toDay: "2026-03-10" });
});
