"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { Area, AreaChart, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { chartColors } from "@/components/chart-figure";
import { QUALITY_HISTORY_MS, type QualityPoint } from "@/media/quality-history";
import { type FigureName, qualityFigures } from "./quality-figures";
import { useFigureText } from "./use-quality-text";

const CHART_HEIGHT = 40;

/** What is drawn, from top to bottom, and how high each chart is at least: noise at the bottom must not look like a mountain. */
const lines = [
  { name: "bitrate", key: "bitrateBps", leastTop: 500_000 },
  { name: "frames", key: "framesPerSecond", leastTop: 10 },
  { name: "roundTrip", key: "rttMs", leastTop: 100 },
  { name: "loss", key: "lossRatio", leastTop: 0.05 },
] as const satisfies readonly { name: FigureName; key: keyof QualityPoint; leastTop: number }[];

/** The figures of the last two minutes, as lines and as words. */
export default function QualityPanel({ history }: { history: readonly QualityPoint[] }) {
  return (
    <ul className="grid gap-3">
      {lines.map((line) => (
        <QualityLine key={line.name} line={line} history={history} />
      ))}
    </ul>
  );
}

function QualityLine({ line, history }: { line: (typeof lines)[number]; history: readonly QualityPoint[] }) {
  const t = useTranslations("session.quality");
  const tell = useFigureText();
  const gradient = useId();
  const { name, key, leastTop } = line;
  const latest = history.at(-1) ?? null;
  const sorted = history.filter((point) => point[key] !== null).sort((a, b) => (a[key] ?? 0) - (b[key] ?? 0));
  const low = tell(qualityFigures(sorted[0] ?? null)[name]);
  const high = tell(qualityFigures(sorted.at(-1) ?? null)[name]);
  const endMs = latest?.atMs ?? 0;
  return (
    <li className="grid gap-1">
      <div className="flex items-baseline justify-between gap-4">
        <span className="text-ink-muted">{t(name)}</span>
        <span className="font-semibold tabular-nums">{tell(qualityFigures(latest)[name])}</span>
      </div>
      {/* The words below say what matters of the drawing. */}
      <div aria-hidden className="border-line border-b">
        <ResponsiveContainer width="100%" height={CHART_HEIGHT}>
          <AreaChart
            data={history}
            accessibilityLayer={false}
            margin={{ top: 2, right: 0, bottom: 0, left: 0 }}
          >
            <defs>
              <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
                <stop offset="0%" stopColor={chartColors.first} stopOpacity={0.3} />
                <stop offset="100%" stopColor={chartColors.first} stopOpacity={0.04} />
              </linearGradient>
            </defs>
            <XAxis hide dataKey="atMs" type="number" domain={[endMs - QUALITY_HISTORY_MS, endMs]} />
            <YAxis hide domain={[0, (top: number) => Math.max(top, leastTop)]} />
            <Area
              dataKey={key}
              type="linear"
              stroke={chartColors.first}
              strokeWidth={1.5}
              fill={`url(#${gradient})`}
              dot={false}
              activeDot={false}
              connectNulls={false}
              isAnimationActive={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <span className="text-13 text-ink-muted tabular-nums">
        {low === high ? t("always", { value: low }) : t("range", { low, high })}
      </span>
    </li>
  );
}
