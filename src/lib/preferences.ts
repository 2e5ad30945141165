/** What a browser remembers about its looks: cookies, so that the server renders the right page at once. */
export const LOCALE_COOKIE = "madoguchi_locale";
export const THEME_COOKIE = "madoguchi_theme";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** A theme from outside; anything unknown follows the system. */
export function parseTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? "system";
}

const ONE_YEAR_SECONDS = 31_536_000;

/** Remembers a preference in this browser for a year. Holds nothing secret, so a script may write it. */
export function rememberPreference(
  name: typeof LOCALE_COOKIE | typeof THEME_COOKIE,
  value: "en" | "ja" | Theme,
): void {
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in browsers that customers still use.
  document.cookie = `${name}=${value}; path=/; max-age=${ONE_YEAR_SECONDS}; samesite=lax${secure}`;
}
