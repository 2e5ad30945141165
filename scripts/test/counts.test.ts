import { expect, test } from "vitest";
import { addCounts, playwrightCounts, vitestCounts } from "./counts";

test("a test file that cannot be loaded counts as a failure", () => {
  const counts = vitestCounts({
    numPassedTests: 4,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{}] },
      { status: "passed", assertionResults: [{}] },
    ],
  });
  expect(counts).toEqual({ passed: 4, failed: 2, skipped: 3 });
});

test("a test that passes only the second time has failed", () => {
  const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 };
  expect(playwrightCounts({ stats, errors: [] })).toEqual({ passed: 3, failed: 2, skipped: 2 });
});

test("an error outside of any test is a failure", () => {
  const stats = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
  expect(playwrightCounts({ stats, errors: [{ message: "no server" }] }).failed).toBe(1);
});

test("counts add up", () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(addCounts(one, one)).toEqual({ passed: 2, failed: 4, skipped: 6 });
});
