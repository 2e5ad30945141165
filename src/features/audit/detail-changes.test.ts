import { expect, test } from "vitest";
import { readDetail } from "./detail-changes";

test("what changed is told setting by setting, what stayed is not, and the rest is told beside it", () => {
  const before = { name: "A", role: "operator", networks: ["10.0.0.0/8"] };
  const after = { name: "A", role: "administrator", networks: [] };
  expect(readDetail({ before, after, why: "asked" })).toEqual({
    changes: [
      { name: "role", before: "operator", after: "administrator" },
      { name: "networks", before: ["10.0.0.0/8"], after: [] },
    ],
    facts: [["why", "asked"]],
  });
});

test("something created has nothing before it, something removed nothing after", () => {
  expect(readDetail({ before: null, after: { name: "A" } }).changes).toEqual([
    { name: "name", before: null, after: "A" },
  ]);
  expect(readDetail({ before: { name: "A" }, after: null }).changes).toEqual([
    { name: "name", before: "A", after: null },
  ]);
});

test("a change of one value, and facts alone", () => {
  expect(readDetail({ before: "relay-1", after: "relay-2" }).changes).toEqual([
    { name: "state", before: "relay-1", after: "relay-2" },
  ]);
  expect(readDetail({ before: "relay-1", relay: "relay-2" })).toEqual({
    changes: [],
    facts: [
      ["before", "relay-1"],
      ["relay", "relay-2"],
    ],
  });
  expect(readDetail({})).toEqual({ changes: [], facts: [] });
});
