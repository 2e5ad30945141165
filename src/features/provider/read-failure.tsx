"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { refusalOf } from "@/trpc/refusal";

/** What stands in place of something that could not be read. */
export function ReadFailure({
  error,
  busy,
  onRetry,
}: {
  error: unknown;
  busy: boolean;
  onRetry: () => void;
}) {
  const t = useTranslations("provider");
  const refusal = refusalOf(error);
  const signedOut = ["UNAUTHENTICATED", "FORBIDDEN", "SIGN_IN_INCOMPLETE"].includes(refusal.code);
  return (
    <ErrorNotice
      {...refusal}
      action={
        signedOut ? (
          <Button asChild>
            <a href="/signin/provider">{t("signIn")}</a>
          </Button>
        ) : (
          <Button busy={busy} onClick={onRetry}>
            {t("retry")}
          </Button>
        )
      }
    />
  );
}
