import { expect, test } from "vitest";
import { daysOfPeriod } from "./days-of-period";

test("a period of one moment is one day", () => {
  const at = new Date("2026-03-01T12:00:00Z");
  expect(daysOfPeriod(at, new Date(at.getTime() + 1), "UTC")).toEqual(["2026-03-01"]);
});

test("days are those of the zone, and the end is exclusive", () => {
  const from = new Date("2026-02-27T15:00:00Z");
  const to = new Date("2026-03-01T15:00:00Z");
  expect(daysOfPeriod(from, to, "Asia/Tokyo")).toEqual(["2026-02-28", "2026-03-01"]);
  expect(daysOfPeriod(from, to, "UTC")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
});

test("neither the day of 23 hours nor that of 25 is left out or repeated", () => {
  const spring = daysOfPeriod(
    new Date("2026-03-28T00:00:00Z"),
    new Date("2026-03-31T00:00:00Z"),
    "Europe/Berlin",
  );
  expect(spring).toEqual(["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]);
  const autumn = daysOfPeriod(
    new Date("2026-10-23T22:00:00Z"),
    new Date("2026-10-26T23:00:00Z"),
    "Europe/Berlin",
  );
  expect(autumn).toEqual(["2026-10-24", "2026-10-25", "2026-10-26"]);
});
