import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { FrontMetrics } from "../front/front-metrics";
import { RelayMetrics } from "./metrics";

const FOLDER = path.resolve(import.meta.dirname, "../../ops/monitoring");
const NAME = /\bmadoguchi_relay_[a-z0-9_]+/g;
/** What Prometheus makes of one histogram. */
const HISTOGRAM_PART = /_(bucket|sum|count)$/;

const dashboardSchema = z.object({
  panels: z.array(
    z.object({
      id: z.int(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
    }),
  ),
});

const metrics = new RelayMetrics("0.0.0");
metrics.observe(
  () => ({
    sessions: 0,
    interruptedSessions: 0,
    draining: 0,
    peers: { operator: 0, customer: 0, observer: 0 },
    connections: 0,
    checks: 0,
    producers: 0,
    consumers: 0,
    dataProducers: 0,
    dataConsumers: 0,
    workers: 0,
    pendingReports: 0,
  }),
  () => [],
);
new FrontMetrics(metrics.registry, () => 0);
const registered = metrics.registry
  .getMetricsAsArray()
  .filter(({ name }) => name.startsWith("madoguchi_"))
  .map(({ name, type, help }) => ({ name, type: String(type), help }));
const names = new Set(registered.map(({ name }) => name));

async function namesIn(file: string): Promise<Set<string>> {
  const text = await readFile(path.join(FOLDER, file), "utf8");
  return new Set(
    [...text.matchAll(NAME)].map(([name]) => (names.has(name) ? name : name.replace(HISTOGRAM_PART, ""))),
  );
}

test.each(["alerts.yml", "grafana-relays.json", "README.md"])("%s names metrics that exist", async (file) => {
  const used = await namesIn(file);
  expect(used.size).toBeGreaterThan(5);
  expect([...used].filter((name) => !names.has(name))).toEqual([]);
});

test("every metric is explained, with its type, and shown on the dashboard", async () => {
  const readme = await readFile(path.join(FOLDER, "README.md"), "utf8");
  for (const { name, type } of registered) {
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\| ${type} \\|`, "m"));
  }
  const shown = await namesIn("grafana-relays.json");
  expect([...names].filter((name) => !shown.has(name))).toEqual([]);
});

test("the dashboard is one that Grafana can place", async () => {
  const dashboard = JSON.parse(await readFile(path.join(FOLDER, "grafana-relays.json"), "utf8"));
  const { panels } = dashboardSchema.parse(dashboard);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});
