import { useTranslations } from "next-intl";
import { useCallback } from "react";

const HOUR = 60;
const DAY_MINUTES = 1_440;
const YEAR = 365;

/** What people choose in practice; a value that was set otherwise is added to the list. */
export const lockoutChoices = [5, 15, 30, HOUR, 4 * HOUR, DAY_MINUTES, 0];
export const idleChoices = [15, 30, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR];
export const absoluteChoices = [
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
  DAY_MINUTES,
  7 * DAY_MINUTES,
  30 * DAY_MINUTES,
];
export const passwordAgeChoices = [0, 30, 60, 90, 180, YEAR];
export const receptionChoices = [1, 3, 5, 10, 15, 30, HOUR];
/** Years with their leap days, so that nothing is deleted a day early. */
export const retentionChoices = [90, 180, YEAR, 1_096, 1_827, 2_557, 3_653];
export const sessionRetentionChoices = [7, 30, ...retentionChoices];

const YEARS: Readonly<Record<number, number>> = { 365: 1, 1096: 3, 1827: 5, 2557: 7, 3653: 10 };

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The choices of a select, with the current value among them. */
export function useDurationOptions(): {
  minutes: (choices: readonly number[], current: number, zero?: string) => Choice[];
  days: (choices: readonly number[], current: number, zero?: string) => Choice[];
} {
  const t = useTranslations("policies.durations");
  const minutesLabel = useCallback(
    (minutes: number) => {
      if (minutes % DAY_MINUTES === 0 && minutes > DAY_MINUTES)
        return t("days", { count: minutes / DAY_MINUTES });
      if (minutes % HOUR === 0) return t("hours", { count: minutes / HOUR });
      return t("minutes", { count: minutes });
    },
    [t],
  );
  const daysLabel = useCallback(
    (days: number) => {
      const years = YEARS[days];
      return years === undefined ? t("days", { count: days }) : t("years", { count: years });
    },
    [t],
  );
  return {
    minutes: (choices, current, zero) => options(choices, current, minutesLabel, zero),
    days: (choices, current, zero) => options(choices, current, daysLabel, zero),
  };
}

function options(
  choices: readonly number[],
  current: number,
  label: (value: number) => string,
  zero?: string,
): Choice[] {
  const values = choices.includes(current)
    ? choices
    : [...choices, current].sort((a, b) => order(a) - order(b));
  return values.map((value) => ({
    value: String(value),
    label: value === 0 && zero !== undefined ? zero : label(value),
  }));
}

/** Zero means "for ever" and stays where it stands: at the end. */
function order(value: number): number {
  return value === 0 ? Number.MAX_SAFE_INTEGER : value;
}
