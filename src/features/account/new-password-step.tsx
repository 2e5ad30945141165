"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Card } from "@/components/card";
import { NarrowPage } from "@/components/narrow-page";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { NewPasswordForm } from "./new-password-form";
import type { OwnAccount } from "./own-account";

interface NewPasswordStepProps {
  account: OwnAccount;
  onDone: () => void;
}

/** A step of signing in: the password was set by somebody else, or is too old. */
export function NewPasswordStep({ account, onDone }: NewPasswordStepProps) {
  const t = useTranslations("account.newPasswordStep");
  const change = useMutation(useTRPC().account.changePassword.mutationOptions({ onSuccess: onDone }));
  return (
    <NarrowPage heading={t("title")} lead={t("leadMustChange")}>
      <Card>
        <NewPasswordForm
          code={account.code}
          companyCode={account.companyCode}
          askCurrent
          submitLabel={t("submit")}
          // After a success it stays busy until the next step has come.
          busy={change.isPending || change.isSuccess}
          refusal={change.isError ? refusalOf(change.error) : null}
          onSubmit={change.mutate}
        />
      </Card>
    </NarrowPage>
  );
}
