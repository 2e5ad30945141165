/**
 * Calendar days of this machine's own zone, as `YYYY-MM-DD`: what a date field holds.
 */
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day of a moment. */
export function localDay(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The first moment of a day; null for what is no day, such as `2026-02-30`. */
export function startOfLocalDay(day: string): Date | null {
  const [, year, month, date] = DAY.exec(day) ?? [];
  if (year === undefined || month === undefined || date === undefined) return null;
  const start = new Date(Number(year), Number(month) - 1, Number(date));
  return localDay(start) === day ? start : null;
}

/** The first moment of the day that is so many days later (or, negative, earlier), whatever length the days between have. */
export function addLocalDays(at: Date, days: number): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days);
}
