import { expect, test } from "vitest";
import { exportAddress, noFilter, toAuditFilter } from "./filter-words";

test("days become the viewer's own, with the last one whole", () => {
  expect(toAuditFilter({ ...noFilter, from: "2026-11-22", to: "2026-12-31" })).toEqual({
    from: new Date(2026, 10, 22),
    to: new Date(2027, 0, 1),
  });
});

test("what is empty or no day is not asked for", () => {
  expect(toAuditFilter(noFilter)).toEqual({});
  expect(toAuditFilter({ ...noFilter, from: "2026-11", text: "  " })).toEqual({});
});

test("the export has the same filter", () => {
  expect(exportAddress("/admin/audit/export", noFilter)).toBe("/admin/audit/export");
  const address = exportAddress("/admin/audit/export", { ...noFilter, from: "2026-11-22", text: "a&b" });
  const query = new URL(address, "http://localhost").searchParams;
  expect(query.get("from")).toBe(new Date(2026, 10, 22).toISOString());
  expect(query.get("text")).toBe("a&b");
});
