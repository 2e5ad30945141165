import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { getLocale, getMessages, getNow, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { LocaleProvider } from "@/components/locale-provider";
import { PageListens } from "@/components/page-listens";
import { StyleNonce } from "@/components/style-nonce";
import { messagesOf } from "@/i18n/site-messages";
import { keepEarlyPresses } from "@/lib/early-presses";
import { recoverPage } from "@/lib/page-recovery";
import { parseTheme, THEME_COOKIE } from "@/lib/preferences";
import { ApiProvider } from "@/trpc/client";
import { INCOMPLETE_NOTICE_ID, IncompletePage } from "./incomplete-page";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("common");
  return {
    title: { default: t("productName"), template: `%s · ${t("productName")}` },
    description: t("description"),
    // A number in a link must not travel on to other sites, and the page is of no use to a search engine.
    referrer: "same-origin",
    robots: { index: false, follow: false },
    formatDetection: { telephone: false },
  };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  colorScheme: "light dark",
};

/** What stands in for the page's script until that listens. */
const beforeScripts = `(${recoverPage})(${JSON.stringify(INCOMPLETE_NOTICE_ID)});(${keepEarlyPresses})()`;

/** The frame of every page: language, theme, texts. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, messages, now, cookieStore, headerList, t] = await Promise.all([
    getLocale(),
    getMessages(),
    getNow(),
    cookies(),
    headers(),
    getTranslations("common"),
  ]);
  const nonce = headerList.get("x-nonce") ?? undefined;
  return (
    <html lang={locale} data-theme={parseTheme(cookieStore.get(THEME_COOKIE)?.value)} className="font-sans">
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: functions of our own, and nothing of anybody's input */}
        <script nonce={nonce} dangerouslySetInnerHTML={{ __html: beforeScripts }} />
      </head>
      <body>
        <PageListens />
        <StyleNonce nonce={nonce} />
        <IncompletePage />
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded focus:bg-ink focus:px-4 focus:py-3 focus:text-18 focus:text-ground"
        >
          {t("skipToContent")}
        </a>
        <LocaleProvider locale={locale} messages={messagesOf("everywhere", messages)} now={now}>
          <ApiProvider>{children}</ApiProvider>
        </LocaleProvider>
      </body>
    </html>
  );
}
