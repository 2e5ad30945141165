import { expect, test } from "vitest";
import { type AppliedMigration, pendingMigrations } from "./migrate";

const migrations = ["1_first", "2_second"].map((name) => ({
  name,
  sql: "SELECT 1",
  checksum: `sum of ${name}`,
}));
const applied = (name: string, change: Partial<AppliedMigration> = {}): AppliedMigration => ({
  name,
  checksum: `sum of ${name}`,
  isFinished: true,
  isRolledBack: false,
  ...change,
});
const pendingNames = (history: AppliedMigration[]) =>
  pendingMigrations(migrations, history).map(({ name }) => name);

test("what is not in the history is pending, in order", () => {
  expect(pendingNames([])).toEqual(["1_first", "2_second"]);
  expect(pendingNames([applied("1_first")])).toEqual(["2_second"]);
  expect(pendingNames([applied("1_first"), applied("2_second")])).toEqual([]);
});

test("a migration that was marked as rolled back is pending again", () => {
  expect(pendingNames([applied("1_first", { isFinished: false, isRolledBack: true })])).toEqual([
    "1_first",
    "2_second",
  ]);
});

test("an edited migration is refused by name", () => {
  expect(() => pendingNames([applied("1_first", { checksum: "another" })])).toThrow(/1_first was edited/);
});

test("one that did not finish is refused by name", () => {
  expect(() => pendingNames([applied("1_first", { isFinished: false })])).toThrow(/1_first was begun/);
});

test("one that this version does not know is refused by name", () => {
  expect(() => pendingNames([applied("3_third")])).toThrow(/3_third, which this version/);
});
