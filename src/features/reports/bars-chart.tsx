"use client";

import { useFormatter } from "next-intl";
import type { ReactNode } from "react";
import { Bar, BarChart, LabelList, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { ChartFigure, chartAxis, chartColors, chartTooltip } from "@/components/chart-figure";
import { cn } from "@/lib/class-names";

interface BarsChartProps {
  heading: string;
  lead?: ReactNode;
  /** Longest first. */
  bars: readonly { readonly key: string; readonly name: string; readonly value: number }[];
  /** What a bar's length is. */
  valueName: string;
  table: Parameters<typeof ChartFigure>[0]["table"];
  className?: string;
}

const BAR_HEIGHT = 34;
const NAME_WIDTH = 160;
const NAME_MAX_CHARACTERS = 30;

/** Lying bars with their names and figures, for things that have no order of their own. */
export function BarsChart({ heading, lead, bars, valueName, table, className }: BarsChartProps) {
  const format = useFormatter();
  const short = (name: string) =>
    name.length > NAME_MAX_CHARACTERS ? `${name.slice(0, NAME_MAX_CHARACTERS - 1)}…` : name;
  return (
    <ChartFigure
      heading={heading}
      lead={lead}
      className={cn("min-w-0", className)}
      chart={
        <ResponsiveContainer width="100%" height={bars.length * BAR_HEIGHT + 8}>
          <BarChart
            data={[...bars]}
            layout="vertical"
            accessibilityLayer={false}
            margin={{ top: 4, right: 56, bottom: 4, left: 0 }}
          >
            <XAxis type="number" hide domain={[0, "dataMax"]} />
            <YAxis
              {...chartAxis}
              type="category"
              dataKey="name"
              width={NAME_WIDTH}
              tickFormatter={short}
              interval={0}
            />
            <Tooltip {...chartTooltip} formatter={(value) => [format.number(Number(value)), valueName]} />
            <Bar
              dataKey="value"
              fill={chartColors.first}
              radius={[0, 3, 3, 0]}
              maxBarSize={18}
              isAnimationActive={false}
            >
              <LabelList
                dataKey="value"
                position="right"
                fill={chartColors.text}
                fontSize={12}
                formatter={(value) => format.number(Number(value))}
              />
            </Bar>
          </BarChart>
        </ResponsiveContainer>
      }
      table={table}
    />
  );
}
