import { expect, test } from "vitest";
import { sumMetric } from "./sum-metric";

const text = [
  "# HELP joins_total Joins that were let in",
  "# TYPE joins_total counter",
  'joins_total{role="operator",way="a b"} 2',
  'joins_total{role="customer",way="a"} 3.5',
  "joins_total_seconds 7",
  "sessions 1e3",
].join("\n");

test("a metric is summed over its labels, or over some of them", () => {
  expect(sumMetric(text, "joins_total")).toBe(5.5);
  expect(sumMetric(text, "joins_total", 'role="operator"')).toBe(2);
  expect(sumMetric(text, "sessions")).toBe(1000);
});

test("what is not there is nothing", () => {
  expect(sumMetric(text, "joins")).toBe(0);
  expect(sumMetric(text, "joins_total", 'role="observer"')).toBe(0);
});
