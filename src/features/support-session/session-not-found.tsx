"use client";

import { useTranslations } from "next-intl";
import { BackToConsole, PageMessage } from "./operator-messages";

/** For an id that is unknown, another operator's or another company's: all the same. */
export function SessionNotFound() {
  const t = useTranslations("session.operator");
  return (
    <PageMessage title={t("notFoundTitle")} action={<BackToConsole primary />}>
      <p>{t("notFoundDetail")}</p>
    </PageMessage>
  );
}
