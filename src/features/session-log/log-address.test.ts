import { describe, expect, test } from "vitest";
import {
  countFilters,
  exportQuery,
  filterOf,
  readLogAddress,
  wholeLog,
  writeLogAddress,
} from "./log-address";

const now = new Date(2026, 2, 10, 15, 30);

describe("the session log's address", () => {
  test("nothing narrowed is no address at all", () => {
    expect(writeLogAddress(wholeLog)).toBe("");
    expect(readLogAddress(new URLSearchParams())).toEqual(wholeLog);
    expect(filterOf(wholeLog, now)).toEqual({});
  });

  test("comes back as it was written", () => {
    const address = {
      range: "own",
      fromDay: "2026-02-01",
      toDay: "2026-02-28",
      operatorId: "0195f6a0-0000-7000-8000-000000000001",
      category: "プリンター & more",
      endReason: "relay_lost",
      text: "100% 'quoted'",
      sort: "duration",
      descending: false,
      cursor: "WyJ4Il0",
      direction: "previous",
    } as const;
    expect(readLogAddress(new URLSearchParams(writeLogAddress(address)))).toEqual(address);
    expect(countFilters(address)).toBe(5);
    expect(filterOf(address, now)).toMatchObject({ from: new Date(2026, 1, 1), to: new Date(2026, 2, 1) });
  });

  test("sessions that nobody filed are another thing than any category", () => {
    const address = { ...wholeLog, category: null };
    expect(readLogAddress(new URLSearchParams(writeLogAddress(address))).category).toBeNull();
    expect(filterOf(address, now)).toEqual({ category: null });
    expect(exportQuery(address, now, "Asia/Tokyo")).toBe("timeZone=Asia%2FTokyo&unfiled=1");
  });

  test("what somebody made up is left out", () => {
    const query = new URLSearchParams(
      "range=ever&from=2026-02-30&operator=x&reason=boredom&sort=color&order=sideways&side=left",
    );
    expect(readLogAddress(query)).toEqual(wholeLog);
  });

  test("quick ranges begin at midnight", () => {
    expect(filterOf({ ...wholeLog, range: "today" }, now)).toEqual({ from: new Date(2026, 2, 10) });
    expect(filterOf({ ...wholeLog, range: "week" }, now)).toEqual({ from: new Date(2026, 2, 4) });
  });
});
