/** The languages of the product. The first is used when neither a cookie nor the browser asks for one of them. */
export const locales = ["en", "ja"] as const;
export type Locale = (typeof locales)[number];
export const DEFAULT_LOCALE: Locale = "en";

/** Whether a string from outside names one of the languages. */
export function isLocale(value: unknown): value is Locale {
  return locales.some((locale) => locale === value);
}

/**
 * The language to show: what was chosen, else the browser's first wish that can be met, else English.
 *
 * @param chosen the preference cookie's value
 * @param acceptLanguage the header of RFC 9110, 12.5.4: `ja,en-US;q=0.9`
 */
export function negotiateLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(chosen)) return chosen;
  const wishes = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split("-")[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of wishes) {
    if (isLocale(language)) return language;
  }
  return DEFAULT_LOCALE;
}
