const DAY_MS = 86_400_000;

/**
 * Every day that a period touches in a time zone, as `YYYY-MM-DD`.
 *
 * @param to exclusive
 * @param timeZone IANA
 */
export function daysOfPeriod(from: Date, to: Date, timeZone: string): string[] {
  // Canadian English is written like ISO 8601.
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const last = format.format(new Date(to.getTime() - 1));
  const days: string[] = [];
  // Calendar days have no zone: counted in UTC, where each has 24 hours.
  let day = Date.parse(`${format.format(from)}T00:00:00Z`);
  for (;;) {
    const text = new Date(day).toISOString().slice(0, 10);
    if (text > last) return days;
    days.push(text);
    day += DAY_MS;
  }
}
