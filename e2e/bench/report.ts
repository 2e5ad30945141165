import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { cpus, hostname, release, totalmem, type } from "node:os";
import { join } from "node:path";
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { z } from "zod";
import { isQuick } from "./quick";

/** One line of the table: what was measured, against what, and whether it is good enough. */
export interface BenchRow {
  readonly name: string;
  /** The measured value with its unit, as a person reads it. */
  readonly measured: string;
  readonly compared: string;
  /** Measured over compared, or measured over the goal. */
  readonly ratio: number;
  readonly goal: string;
  readonly met: boolean;
  readonly samples: string;
}

/** One measured value, to be drawn. */
export interface BenchSample {
  readonly series: string;
  readonly round: number;
  readonly ms: number;
}

/** One measured value that is no time; the result says its unit. */
export interface BenchValue {
  readonly series: string;
  readonly round: number;
  readonly value: number;
}

export interface BenchResult {
  /** Names the files. */
  readonly id: string;
  readonly title: string;
  readonly rows: readonly BenchRow[];
  readonly samples: readonly (BenchSample | BenchValue)[];
  /** Of the samples; milliseconds unless it is told. */
  readonly unit?: string;
  /** How the samples are drawn: how they spread (the usual), or their course from round to round. */
  readonly shape?: "spread" | "course";
  /** What does not fit into rows with goals: printed at the end. */
  readonly tables?: readonly BenchTable[];
  /** Plots beside the one of the samples. */
  readonly figures?: readonly BenchFigure[];
}

export interface BenchTable {
  readonly title: string;
  readonly text: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface BenchFigure {
  /** The file's name without its ending. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** Where results go; a bench's newest run replaces the one before. */
export const RESULTS_DIR = isQuick ? "build/quick-bench" : "e2e/bench/results";

const measuredSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** The machine, the versions and the day. */
  where: z.string(),
  rows: z.array(
    z.object({
      name: z.string(),
      measured: z.string(),
      compared: z.string(),
      ratio: z.number(),
      goal: z.string(),
      met: z.boolean(),
      samples: z.string(),
    }),
  ),
  tables: z
    .array(
      z.object({
        title: z.string(),
        text: z.string(),
        head: z.array(z.string()),
        rows: z.array(z.array(z.string())),
      }),
    )
    .default([]),
  figures: z.array(z.object({ name: z.string(), title: z.string() })).default([]),
});
type Measured = z.infer<typeof measuredSchema>;

/** Writes the plot (`<id>.svg`) and the figures (`<id>.json`) of a bench, and the table of all that were ever measured (`README.md`). */
export async function writeReport(
  { samples, unit, shape, tables = [], figures = [], ...result }: BenchResult,
  chromiumVersion: string,
): Promise<void> {
  await mkdir(RESULTS_DIR, { recursive: true });
  const where = `\`${hostname()}\`, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}, Chromium ${chromiumVersion}, ${new Date().toISOString().slice(0, 10)}`;
  await writeFile(join(RESULTS_DIR, `${result.id}.svg`), plot({ ...result, samples, unit, shape }));
  for (const { name, svg } of figures) await writeFile(join(RESULTS_DIR, `${name}.svg`), svg);
  const measured: Measured = {
    ...result,
    where,
    rows: [...result.rows],
    tables: tables.map(({ title, text, head, rows }) => ({
      title,
      text,
      head: [...head],
      rows: rows.map((row) => [...row]),
    })),
    figures: figures.map(({ name, title }) => ({ name, title })),
  };
  await writeFile(join(RESULTS_DIR, `${result.id}.json`), `${JSON.stringify(measured, null, 2)}\n`);
  const all = await readMeasured();
  const lines = [
    "# Benchmarks",
    "",
    "Written by `npm run bench`. What is compared was measured in the same run, interleaved, on the same machine.",
    "",
    ...[...new Set(all.map((result) => result.where))].map(
      (place, at) =>
        `${at + 1}. ${place}: ${all
          .filter((one) => one.where === place)
          .map(({ id }) => id)
          .join(", ")}`,
    ),
    "",
    "| What | Measured | Compared with | Ratio | Goal | | Samples |",
    "|---|---|---|---|---|---|---|",
    ...all.flatMap(({ rows }) => rows).map(tableLine),
    "",
    ...all.flatMap(({ id, title }) => [`![${title}](${id}.svg)`, ""]),
    ...all.flatMap(({ tables, figures }) => [
      ...tables.flatMap(wholeTable),
      ...figures.flatMap(({ name, title }) => [`![${title}](${name}.svg)`, ""]),
    ]),
  ];
  await writeFile(join(RESULTS_DIR, "README.md"), lines.join("\n"));
}

function tableLine(row: BenchRow): string {
  const cells = [row.name, row.measured, row.compared, row.ratio.toFixed(2), row.goal];
  return `| ${[...cells, row.met ? "met" : "**missed**", row.samples].join(" | ")} |`;
}

function wholeTable({ title, text, head, rows }: Measured["tables"][number]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [`## ${title}`, "", text, "", line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

async function readMeasured(): Promise<Measured[]> {
  const files = (await readdir(RESULTS_DIR)).filter((file) => file.endsWith(".json")).sort();
  return await Promise.all(
    files.map(async (file) =>
      measuredSchema.parse(JSON.parse(await readFile(join(RESULTS_DIR, file), "utf8"))),
    ),
  );
}

function plot({ title, samples, unit = "ms", shape = "spread" }: BenchResult): string {
  const { document } = new JSDOM("").window;
  const drawn = samples.map(({ series, round, ...sample }) => ({
    series,
    round,
    value: "ms" in sample ? sample.ms : sample.value,
  }));
  const options = {
    document,
    ariaLabel: title,
    width: 760,
    marginBottom: 50,
    style: "background: white; font-family: system-ui, sans-serif; font-size: 13px",
  };
  const figure =
    shape === "course"
      ? course(drawn, options, `${title}, ${unit}`)
      : spread(drawn, options, `${title}, ${unit}`);
  figure.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return figure.outerHTML;
}

/** A box and its points for each series. */
function spread(samples: readonly BenchValue[], options: Plot.PlotOptions, label: string): Element {
  const series = [...new Set(samples.map((sample) => sample.series))];
  return Plot.plot({
    ...options,
    height: 100 + 90 * series.length,
    marginLeft: 150,
    x: { label, zero: true, grid: true },
    y: { label: null, domain: series },
    marks: [
      Plot.boxX(samples, { x: "value", y: "series", fill: "#dfe4f3", stroke: "#33458c", r: 0 }),
      Plot.dot(samples, { x: "value", y: "series", r: 1.6, fill: "#33458c", fillOpacity: 0.35 }),
    ],
  });
}

/** A line for each series, from round to round. */
function course(samples: readonly BenchValue[], options: Plot.PlotOptions, label: string): Element {
  const rounds = [...new Set(samples.map(({ round }) => round))];
  const lastOf = [...new Map(samples.map((sample) => [sample.series, sample])).values()];
  return Plot.plot({
    ...options,
    height: 320,
    marginTop: 40,
    marginRight: 120,
    x: { label: "round", ticks: rounds, tickFormat: "d" },
    y: { label, zero: true, grid: true, labelAnchor: "top" },
    marks: [
      Plot.lineY(samples, { x: "round", y: "value", z: "series", stroke: "#33458c" }),
      Plot.dot(samples, { x: "round", y: "value", fill: "#33458c" }),
      Plot.text(lastOf, { x: "round", y: "value", text: "series", textAnchor: "start", dx: 8 }),
    ],
  });
}
