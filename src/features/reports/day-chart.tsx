"use client";

import { useFormatter, useTranslations } from "next-intl";
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { ChartFigure, chartAxis, chartColors, chartTooltip } from "@/components/chart-figure";
import type { SessionReport } from "@/protocol/session-report";

const HEIGHT = 260;
const SECONDS_PER_MINUTE = 60;

/** Sessions as bars, minutes as a line, day by day. */
export function DayChart({ days }: { days: SessionReport["byDay"] }) {
  const t = useTranslations("reports");
  const format = useFormatter();
  // A day has no zone: it is written as the day it is called.
  const name = (day: string) =>
    format.dateTime(new Date(`${day}T00:00:00Z`), { timeZone: "UTC", month: "short", day: "numeric" });
  const longName = (day: string) =>
    format.dateTime(new Date(`${day}T00:00:00Z`), { timeZone: "UTC", dateStyle: "medium" });
  const points = days.map(({ day, sessions, seconds }) => ({
    day,
    sessions,
    minutes: Math.round(seconds / SECONDS_PER_MINUTE),
  }));
  return (
    <ChartFigure
      heading={t("day.heading")}
      lead={
        <span className="flex flex-wrap gap-x-4">
          <Key color={chartColors.first} shape="bar" text={t("day.sessions")} />
          <Key color={chartColors.second} shape="line" text={t("day.minutes")} />
        </span>
      }
      chart={
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <ComposedChart
            data={points}
            accessibilityLayer={false}
            margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
          >
            <CartesianGrid vertical={false} stroke={chartColors.grid} />
            <XAxis {...chartAxis} dataKey="day" tickFormatter={name} minTickGap={28} />
            <YAxis {...chartAxis} yAxisId="sessions" width={44} allowDecimals={false} />
            <YAxis {...chartAxis} yAxisId="minutes" orientation="right" width={52} allowDecimals={false} />
            <Tooltip
              {...chartTooltip}
              labelFormatter={(day) => longName(String(day))}
              formatter={(value, key) => [
                format.number(Number(value)),
                t(key === "minutes" ? "day.minutes" : "day.sessions"),
              ]}
            />
            <Bar
              yAxisId="sessions"
              dataKey="sessions"
              fill={chartColors.first}
              radius={[2, 2, 0, 0]}
              maxBarSize={28}
              isAnimationActive={false}
            />
            <Line
              yAxisId="minutes"
              dataKey="minutes"
              type="monotone"
              stroke={chartColors.second}
              strokeWidth={2}
              dot={false}
              isAnimationActive={false}
            />
          </ComposedChart>
        </ResponsiveContainer>
      }
      table={{
        summary: t("showTable"),
        label: t("day.chart"),
        columns: [
          { header: t("day.day") },
          { header: t("day.sessions"), numeric: true },
          { header: t("day.minutes"), numeric: true },
        ],
        rows: points.map(({ day, sessions, minutes }) => ({
          key: day,
          cells: [longName(day), format.number(sessions), format.number(minutes)],
        })),
      }}
    />
  );
}

function Key({ color, shape, text }: { color: string; shape: "bar" | "line"; text: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span
        aria-hidden
        className={shape === "bar" ? "size-2.5 rounded-[2px]" : "h-0.5 w-4 rounded-full"}
        style={{ background: color }}
      />
      {text}
    </span>
  );
}
