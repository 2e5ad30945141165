"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { useNotices } from "@/components/notices";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import type { OwnAccount } from "./own-account";
import { PasswordDialog } from "./password-dialog";
import { Section } from "./section";
import { TotpSetup } from "./totp-setup";
import { useAccountRefresh } from "./use-account-refresh";

interface TotpSectionProps {
  account: OwnAccount;
  onRecoveryCodes: (codes: readonly string[]) => void;
}

/** The authenticator app: setting it up and removing it. */
export function TotpSection({ account, onRecoveryCodes }: TotpSectionProps) {
  const t = useTranslations("account.totp");
  const { notify } = useNotices();
  const refresh = useAccountRefresh();
  const [open, setOpen] = useState<"begin" | "set up" | "remove" | null>(null);
  const trpc = useTRPC();
  const begin = useMutation(trpc.account.beginTotp.mutationOptions({ onSuccess: () => setOpen("set up") }));
  const remove = useMutation(
    trpc.account.removeTotp.mutationOptions({
      onSuccess: async () => {
        setOpen(null);
        notify(t("removedNotice"));
        await refresh();
      },
    }),
  );
  const setUpDone = (codes: readonly string[]) => {
    setOpen(null);
    notify(t("addedNotice"));
    onRecoveryCodes(codes);
    void refresh();
  };
  const askToBegin = () => {
    begin.reset();
    setOpen("begin");
  };
  const askToRemove = () => {
    remove.reset();
    setOpen("remove");
  };
  return (
    <Section
      heading={t("heading")}
      detail={
        <>
          <p>{t("detail")}</p>
          <Badge tone={account.totp ? "good" : "neutral"} className="mt-2">
            {t(account.totp ? "on" : "off")}
          </Badge>
        </>
      }
      action={
        account.totp ? (
          <Button onClick={askToRemove}>{t("remove")}</Button>
        ) : (
          <Button onClick={askToBegin}>{t("setUp")}</Button>
        )
      }
    >
      <PasswordDialog
        open={open === "begin"}
        onOpenChange={(next) => setOpen(next ? "begin" : null)}
        title={t("setUpTitle")}
        description={t("beginDetail")}
        confirmLabel={t("begin")}
        code={account.code}
        busy={begin.isPending}
        refusal={begin.isError ? refusalOf(begin.error) : null}
        onConfirm={(currentPassword) => begin.mutate({ currentPassword })}
      />
      <Dialog
        open={open === "set up"}
        onOpenChange={(next) => setOpen(next ? "set up" : null)}
        title={t("setUpTitle")}
      >
        <TotpSetup begun={begin.data} onDone={setUpDone} />
      </Dialog>
      <PasswordDialog
        open={open === "remove"}
        onOpenChange={(next) => setOpen(next ? "remove" : null)}
        title={t("removeTitle")}
        description={t("removeDetail")}
        confirmLabel={t("remove")}
        tone="stop"
        code={account.code}
        busy={remove.isPending}
        refusal={remove.isError ? refusalOf(remove.error) : null}
        onConfirm={(currentPassword) => remove.mutate({ currentPassword })}
      />
    </Section>
  );
}
