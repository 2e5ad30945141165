"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { ChartFigure, chartAxis, chartColors, chartTooltip } from "@/components/chart-figure";
import type { QualitySample } from "@/protocol/session-log";

const HEIGHT = 150;
const BITS_PER_MEGABIT = 1_000_000;

/** What is drawn, in the unit that is shown. */
const measures = [
  { id: "rtt", value: (sample: QualitySample) => sample.rttMs },
  {
    id: "loss",
    value: (sample: QualitySample) => (sample.lossRatio === null ? null : sample.lossRatio * 100),
  },
  { id: "fps", value: (sample: QualitySample) => sample.framesPerSecond },
  {
    id: "bitrate",
    value: (sample: QualitySample) =>
      sample.bitrateBps === null ? null : sample.bitrateBps / BITS_PER_MEGABIT,
  },
] as const;

/** How the connection was over the session: a drawing and a table for each measure. */
export function QualityCharts({ samples }: { samples: readonly QualitySample[] }) {
  const t = useTranslations("sessionLog.quality");
  return (
    <section>
      <h2 className="font-semibold text-18">{t("heading")}</h2>
      {samples.length === 0 ? (
        <p className="mt-2 text-15 text-ink-muted">{t("empty")}</p>
      ) : (
        <div className="mt-4 grid gap-x-8 gap-y-6 md:grid-cols-2">
          {measures.map((measure) => (
            <QualityChart key={measure.id} measure={measure} samples={samples} />
          ))}
        </div>
      )}
    </section>
  );
}

function QualityChart({
  measure,
  samples,
}: {
  measure: (typeof measures)[number];
  samples: readonly QualitySample[];
}) {
  const t = useTranslations("sessionLog.quality");
  const format = useFormatter();
  const digits = measure.id === "rtt" || measure.id === "fps" ? 0 : 1;
  const figure = (value: number) => format.number(value, { maximumFractionDigits: digits });
  const withUnit = (value: number | null) =>
    value === null ? "–" : t(`${measure.id}Unit`, { value: figure(value) });
  const clock = (ms: number) => format.dateTime(new Date(ms), { timeStyle: "medium" });
  const points = samples.map((sample) => ({ at: sample.at.getTime(), value: measure.value(sample) }));
  const name = t(measure.id);
  return (
    <ChartFigure
      level={3}
      heading={name}
      lead={t("typical", { value: withUnit(median(points.flatMap(({ value }) => value ?? []))) })}
      chart={
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <AreaChart
            data={points}
            accessibilityLayer={false}
            margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
          >
            <CartesianGrid vertical={false} stroke={chartColors.grid} />
            <XAxis
              {...chartAxis}
              dataKey="at"
              type="number"
              scale="time"
              domain={["dataMin", "dataMax"]}
              tickFormatter={(ms: number) => format.dateTime(new Date(ms), { timeStyle: "short" })}
              minTickGap={40}
            />
            <YAxis {...chartAxis} width={40} domain={[0, "auto"]} tickFormatter={figure} />
            <Tooltip
              {...chartTooltip}
              labelFormatter={(ms) => clock(Number(ms))}
              formatter={(value) => [withUnit(Number(value)), name]}
            />
            <Area
              dataKey="value"
              type="monotone"
              stroke={chartColors.first}
              strokeWidth={1.5}
              fill={chartColors.first}
              fillOpacity={0.12}
              isAnimationActive={false}
              dot={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      }
      table={{
        summary: t("table"),
        label: t("chart", { name }),
        columns: [{ header: t("time") }, { header: name, numeric: true }],
        rows: points.map(({ at, value }) => ({ key: String(at), cells: [clock(at), withUnit(value)] })),
      }}
    />
  );
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
