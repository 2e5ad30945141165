import { expect, test } from "vitest";
import { addLocalDays, localDay, startOfLocalDay } from "./local-day";

test("a day begins at its midnight and is written as date fields write it", () => {
  const start = startOfLocalDay("2026-03-09");
  expect(start).toEqual(new Date(2026, 2, 9));
  expect(start && localDay(start)).toBe("2026-03-09");
});

test.each(["", "2026-02-30", "2026-2-3", "26-01-01", "2026-13-01", "2026-01-01T00:00"])(
  "%j is no day",
  (text) => {
    expect(startOfLocalDay(text)).toBeNull();
  },
);

test("days are counted by the calendar", () => {
  expect(localDay(addLocalDays(new Date(2026, 1, 28, 15), 1))).toBe("2026-03-01");
  expect(localDay(addLocalDays(new Date(2026, 0, 1), -1))).toBe("2025-12-31");
});
