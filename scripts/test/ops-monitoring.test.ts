import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { FrontMetrics } from "../../relay/front/front-metrics";
import { RelayMetrics } from "../../relay/monitoring/metrics";
import { ManagementMetrics } from "../../src/server/monitoring/management-metrics";
import { ServiceGauges } from "../../src/server/monitoring/service-gauges";

const FOLDER = path.resolve(import.meta.dirname, "../../ops/monitoring");
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

function relayRegistry(): Registry {
  const metrics = new RelayMetrics("0.0.0");
  metrics.observe(
    () => ({
      sessions: 0,
      interruptedSessions: 0,
      draining: 0,
      peers: { operator: 0, customer: 0, observer: 0, tool: 0 },
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
  return metrics.registry;
}

function managementRegistry(): Registry {
  const { registry } = new ManagementMetrics();
  new ServiceGauges(registry, "0.0.0");
  return registry;
}

describe.each([
  { of: "relay", registry: relayRegistry(), dashboard: "grafana-relays.json" },
  { of: "management", registry: managementRegistry(), dashboard: "grafana-management.json" },
])("monitoring: $of", ({ of, registry, dashboard }) => {
  const registered = registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith("madoguchi_"))
    .map(({ name, type }) => ({ name, type: String(type) }));
  const names = new Set(registered.map(({ name }) => name));

  async function namesIn(file: string): Promise<Set<string>> {
    const text = await readFile(path.join(FOLDER, file), "utf8");
    const found = text.matchAll(new RegExp(`\\bmadoguchi_${of}_[a-z0-9_]+`, "g"));
    return new Set([...found].map(([name]) => (names.has(name) ? name : name.replace(HISTOGRAM_PART, ""))));
  }

  test.each(["alerts.yml", dashboard, "README.md"])("%s names metrics that exist", async (file) => {
    const used = await namesIn(file);
    expect(used.size).toBeGreaterThan(5);
    expect([...used].filter((name) => !names.has(name))).toEqual([]);
  });

  test("every metric is explained, with its type, and shown on the dashboard", async () => {
    const readme = await readFile(path.join(FOLDER, "README.md"), "utf8");
    for (const { name, type } of registered) {
      expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\| ${type} \\|`, "m"));
    }
    const shown = await namesIn(dashboard);
    expect([...names].filter((name) => !shown.has(name))).toEqual([]);
  });

  test("the dashboard is one that Grafana can place", async () => {
    const { panels } = dashboardSchema.parse(
      JSON.parse(await readFile(path.join(FOLDER, dashboard), "utf8")),
    );
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });
});

describe("alerts", () => {
  const run = promisify(execFile);

  test("each is tried out in alerts.test.yml", async () => {
    const alerts = await readFile(path.join(FOLDER, "alerts.yml"), "utf8");
    const names = [...alerts.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(20);
    const tried = await readFile(path.join(FOLDER, "alerts.test.yml"), "utf8");
    const inTests = new Set(
      [...tried.matchAll(/alertname=~?"([\w|]+)"/g)].flatMap(([, found]) => found?.split("|")),
    );
    expect(names.filter((name) => !inTests.has(name))).toEqual([]);
  });

  test("fire and stay quiet as alerts.test.yml says, by Prometheus's own word", async ({ skip }) => {
    const isThere = await run("promtool", ["--version"]).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      console.log(
        "Alerts are not tried out: promtool is not installed (Debian: apt-get install prometheus).",
      );
      skip();
    }
    await run("promtool", ["check", "config", "prometheus.yml"], { cwd: FOLDER });
    await run("promtool", ["test", "rules", "alerts.test.yml"], { cwd: FOLDER });
  }, 60_000);
});
