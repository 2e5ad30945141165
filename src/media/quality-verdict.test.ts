import { expect, test } from "vitest";
import type { SendingReport } from "@/protocol/sending-report";
import { judgeQuality } from "./quality-verdict";

const calm = { rttMs: 20, lossRatio: 0 };
const sending: SendingReport = {
  type: "sending",
  rttMs: 20,
  lossRatio: 0,
  bitrateBps: 350_000,
  limitedBy: null,
  availableBps: 4_000_000,
};

test.each([
  [100, "good"],
  [150, "fair"],
  [400, "poor"],
])("a round trip of %d ms is %s", (rttMs, grade) => {
  expect(judgeQuality({ rttMs, lossRatio: null }).grade).toBe(grade);
});

test("nothing is said of what is not known, and a good connection suffers from nothing", () => {
  expect(judgeQuality({ rttMs: null, lossRatio: null })).toEqual({ grade: "good", cause: null });
  expect(judgeQuality(calm, sending)).toEqual({ grade: "good", cause: null });
});

test("the worst is named", () => {
  expect(judgeQuality({ rttMs: 160, lossRatio: 0.07 })).toEqual({
    grade: "poor",
    cause: { kind: "loss", side: "own", lossRatio: 0.07 },
  });
  expect(judgeQuality({ rttMs: 410, lossRatio: 0.02 })).toEqual({
    grade: "poor",
    cause: { kind: "roundTrip", side: "own", rttMs: 410 },
  });
});

test("the customer's side is named first where both are as bad", () => {
  expect(judgeQuality({ rttMs: 20, lossRatio: 0.06 }, { ...sending, lossRatio: 0.08 }).cause).toEqual({
    kind: "loss",
    side: "customer",
    lossRatio: 0.08,
  });
});

test.each([
  [2_000_000, "good"],
  [400_000, "fair"],
  [120_000, "poor"],
])("an upload of %d bit/s that holds the picture back is %s", (availableBps, grade) => {
  const verdict = judgeQuality(calm, { ...sending, limitedBy: "bandwidth", availableBps });
  expect(verdict.grade).toBe(grade);
  expect(verdict.cause).toEqual(grade === "good" ? null : { kind: "upload", availableBps });
  // One that holds nothing back is no fault.
  expect(judgeQuality(calm, { ...sending, availableBps }).grade).toBe("good");
});

test("a busy machine of the customer is named", () => {
  expect(judgeQuality(calm, { ...sending, limitedBy: "cpu" })).toEqual({
    grade: "fair",
    cause: { kind: "processor" },
  });
});
