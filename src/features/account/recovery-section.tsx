"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { useNotices } from "@/components/notices";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import type { OwnAccount } from "./own-account";
import { PasswordDialog } from "./password-dialog";
import { Section } from "./section";
import { useAccountRefresh } from "./use-account-refresh";

/** From this few on it is time for new ones. */
const FEW = 3;

interface RecoverySectionProps {
  account: OwnAccount;
  onRecoveryCodes: (codes: readonly string[]) => void;
}

/** How many recovery codes are left, and new ones in their place. */
export function RecoverySection({ account, onRecoveryCodes }: RecoverySectionProps) {
  const t = useTranslations("account.recovery");
  const { notify } = useNotices();
  const refresh = useAccountRefresh();
  const [open, setOpen] = useState(false);
  const renew = useMutation(
    useTRPC().account.newRecoveryCodes.mutationOptions({
      onSuccess: async ({ recoveryCodes }) => {
        setOpen(false);
        notify(t("renewedNotice"));
        onRecoveryCodes(recoveryCodes);
        await refresh();
      },
    }),
  );
  const hasSecondFactor = account.totp || account.passkeys.length > 0;
  const isFew = account.recoveryCodesLeft <= FEW;
  const openAnew = (next: boolean) => {
    if (next) renew.reset();
    setOpen(next);
  };
  return (
    <Section
      heading={t("heading")}
      detail={
        <>
          <p>{t("detail")}</p>
          {hasSecondFactor ? (
            <p className="mt-2 flex flex-wrap items-center gap-2">
              <Badge tone={isFew ? "warn" : "neutral"}>
                {t("left", { count: account.recoveryCodesLeft })}
              </Badge>
              {isFew && <span>{t("few")}</span>}
            </p>
          ) : (
            <p className="mt-1">{t("notYet")}</p>
          )}
        </>
      }
      {...(hasSecondFactor && { action: <Button onClick={() => openAnew(true)}>{t("renew")}</Button> })}
    >
      <PasswordDialog
        open={open}
        onOpenChange={openAnew}
        title={t("renewTitle")}
        description={t("renewDetail")}
        confirmLabel={t("renew")}
        code={account.code}
        busy={renew.isPending}
        refusal={renew.isError ? refusalOf(renew.error) : null}
        onConfirm={(currentPassword) => renew.mutate({ currentPassword })}
      />
    </Section>
  );
}
