"use client";

import { NextIntlClientProvider } from "next-intl";
import { type ComponentProps, useSyncExternalStore } from "react";

const never = () => () => undefined;

/**
 * Texts and formats for everything below. Times are formatted in the browser's own zone: the server, which does not know
 * it, writes UTC, and the first render in the browser puts it right.
 */
export function LocaleProvider({
  children,
  ...rest
}: Omit<ComponentProps<typeof NextIntlClientProvider>, "timeZone">) {
  const timeZone = useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => "UTC",
  );
  return (
    <NextIntlClientProvider {...rest} timeZone={timeZone}>
      {children}
    </NextIntlClientProvider>
  );
}
