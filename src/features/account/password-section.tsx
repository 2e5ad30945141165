"use client";

import { useMutation } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { useNotices } from "@/components/notices";
import { RelativeTime } from "@/components/time";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { NewPasswordForm } from "./new-password-form";
import type { OwnAccount } from "./own-account";
import { Section } from "./section";
import { useAccountRefresh } from "./use-account-refresh";

/** When the password was changed, and changing it. */
export function PasswordSection({ account }: { account: OwnAccount }) {
  const t = useTranslations("account.password");
  const format = useFormatter();
  const { notify } = useNotices();
  const refresh = useAccountRefresh();
  const [open, setOpen] = useState(false);
  const change = useMutation(
    useTRPC().account.changePassword.mutationOptions({
      onSuccess: async () => {
        setOpen(false);
        notify(t("changedNotice"));
        await refresh();
      },
    }),
  );
  const { passwordChangedAt, passwordExpiresAt } = account;
  const openAnew = (next: boolean) => {
    if (next) change.reset();
    setOpen(next);
  };
  return (
    <Section
      heading={t("heading")}
      detail={
        <>
          {passwordChangedAt
            ? t.rich("changed", { time: () => <RelativeTime at={passwordChangedAt} /> })
            : t("never")}
          {passwordExpiresAt && (
            <> · {t("expires", { date: format.dateTime(passwordExpiresAt, { dateStyle: "medium" }) })}</>
          )}
        </>
      }
      action={<Button onClick={() => openAnew(true)}>{t("change")}</Button>}
    >
      <Dialog open={open} onOpenChange={openAnew} title={t("change")} description={t("changeDetail")}>
        <NewPasswordForm
          code={account.code}
          companyCode={account.companyCode}
          askCurrent
          submitLabel={t("change")}
          busy={change.isPending}
          refusal={change.isError ? refusalOf(change.error) : null}
          onSubmit={change.mutate}
          onCancel={() => setOpen(false)}
        />
      </Dialog>
    </Section>
  );
}
