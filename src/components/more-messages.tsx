"use client";

import { NextIntlClientProvider, useLocale, useMessages } from "next-intl";
import { type ReactNode, useMemo } from "react";

/** Adds texts to those of the pages around it, which are not sent a second time. */
export function MoreMessages({
  messages,
  children,
}: {
  messages: Partial<ReturnType<typeof useMessages>>;
  children: ReactNode;
}) {
  const locale = useLocale();
  const around = useMessages();
  const all = useMemo(() => ({ ...around, ...messages }), [around, messages]);
  return (
    <NextIntlClientProvider locale={locale} messages={all}>
      {children}
    </NextIntlClientProvider>
  );
}
