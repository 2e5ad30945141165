const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;

interface DurationWords {
  /** Between a number and its unit, and between two of them. */
  readonly gap: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

const words: Readonly<Record<"ja" | "en", DurationWords>> = {
  ja: { gap: "", hour: "時間", minute: "分", second: "秒" },
  en: { gap: " ", hour: "h", minute: "min", second: "s" },
};

/**
 * A length of time in words: `3 min 12 s`, `3分12秒`; from one hour on without seconds: `1 h 12 min`, `1時間12分`.
 *
 * @param seconds negative and fractional values are clamped and rounded down
 * @param locale anything but Japanese gets the English form
 */
export function formatDuration(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.floor(seconds));
  const { gap, hour, minute, second } = words[locale.startsWith("ja") ? "ja" : "en"];
  const hours = Math.floor(whole / SECONDS_PER_HOUR);
  const minutes = Math.floor((whole % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE);
  if (hours > 0) return [hours, hour, minutes, minute].join(gap);
  if (minutes > 0) return [minutes, minute, whole % SECONDS_PER_MINUTE, second].join(gap);
  return [whole, second].join(gap);
}

/**
 * A running clock whose width does not change: `3:12`, from one hour on `1:03:12`; with `pad`, `03:12`.
 *
 * @param seconds negative and fractional values are clamped and rounded down
 */
export function formatClock(seconds: number, { pad = false }: { pad?: boolean } = {}): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / SECONDS_PER_HOUR);
  const minutes = Math.floor((whole % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE);
  const rest = String(whole % SECONDS_PER_MINUTE).padStart(2, "0");
  if (hours > 0) return `${hours}:${String(minutes).padStart(2, "0")}:${rest}`;
  return `${pad ? String(minutes).padStart(2, "0") : minutes}:${rest}`;
}
