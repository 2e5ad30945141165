"use client";

import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useTransition } from "react";
import { cn } from "@/lib/class-names";
import { LOCALE_COOKIE, rememberPreference } from "@/lib/preferences";

const languages = [
  { locale: "ja", name: "日本語" },
  { locale: "en", name: "English" },
] as const;

/** 日本語 | English. The choice is kept in this browser; what is typed and what is going on stays as it is. */
export function LanguageSwitch({ className }: { className?: string }) {
  const t = useTranslations("common");
  const current = useLocale();
  const router = useRouter();
  const [, startTransition] = useTransition();
  const choose = (locale: (typeof languages)[number]["locale"]) => {
    rememberPreference(LOCALE_COOKIE, locale);
    startTransition(() => router.refresh());
  };
  return (
    <fieldset className={cn("flex shrink-0 items-center divide-x divide-line", className)}>
      <legend className="sr-only">{t("language")}</legend>
      {languages.map(({ locale, name }) => (
        <button
          key={locale}
          type="button"
          lang={locale}
          aria-pressed={locale === current}
          onClick={() => choose(locale)}
          className={cn(
            "h-10 px-2 text-15 sm:px-3",
            locale === current ? "font-semibold text-ink" : "text-accent hover:underline",
          )}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
