"use client";

import { TriangleAlert } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { type Locale, negotiateLocale } from "@/i18n/locales";
import en from "@/i18n/messages/en/common.json";
import ja from "@/i18n/messages/ja/common.json";
import { LOCALE_COOKIE } from "@/lib/preferences";
import { ProblemPage } from "./problem-page";
import "./globals.css";

const texts = { en, ja } as const;
const never = () => () => undefined;

interface GlobalErrorProps {
  error: Error & { digest?: string };
}

/** The frame of every page failed itself, so this page depends on nothing but its texts. */
export default function GlobalError({ error }: GlobalErrorProps) {
  const locale = useSyncExternalStore<Locale>(never, readLocale, () => "en");
  const t = texts[locale];
  return (
    <html lang={locale} className="font-sans">
      <body>
        <title>{`${t.crash.title} · ${t.productName}`}</title>
        <main id="content">
          <ProblemPage
            icon={<TriangleAlert />}
            what={t.crash.what}
            why={t.crash.why}
            next={t.crash.next.replace("{digest}", error.digest ?? "–")}
            action={
              <Button variant="primary" size="large" onClick={() => window.location.reload()}>
                {t.tryAgain}
              </Button>
            }
          />
        </main>
      </body>
    </html>
  );
}

function readLocale(): Locale {
  const cookie = document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(`${LOCALE_COOKIE}=`))
    ?.slice(LOCALE_COOKIE.length + 1);
  return negotiateLocale(cookie, navigator.languages.join(","));
}
