import { useLocale } from "next-intl";
import { useCallback } from "react";

/** Tells the name of a language in the viewer's own: `ja-JP` → "Japanese (Japan)". What is no language tag is shown as it is. */
export function useLanguageName(): (tag: string) => string {
  const locale = useLocale();
  return useCallback(
    (tag: string) => {
      try {
        return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
      } catch {
        // A RangeError: the customer's browser told something that is not BCP 47.
        return tag;
      }
    },
    [locale],
  );
}
