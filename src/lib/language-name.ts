/** A BCP 47 tag as a language's name for people: `ja-JP` → *Japanese*, 日本語. What is no tag is shown as it came. */
export function languageName(tag: string, locale: string): string {
  try {
    const { language } = new Intl.Locale(tag);
    return new Intl.DisplayNames(locale, { type: "language" }).of(language) ?? tag;
  } catch {
    return tag;
  }
}
