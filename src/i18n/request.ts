import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { LOCALE_COOKIE } from "@/lib/preferences";
import { negotiateLocale } from "./locales";
import { messages } from "./messages";

/** Language and texts of a request. The language is not in the URL: a link read out on the phone works for everybody. */
export default getRequestConfig(async () => {
  const [cookieStore, headerList] = await Promise.all([cookies(), headers()]);
  const locale = negotiateLocale(cookieStore.get(LOCALE_COOKIE)?.value, headerList.get("accept-language"));
  // The server does not know the viewer's zone: times are formatted in the browser's own (see LocaleProvider).
  return { locale, messages: messages[locale], timeZone: "UTC", now: new Date() };
});
