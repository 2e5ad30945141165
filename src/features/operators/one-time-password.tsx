"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Dialog } from "@/components/dialog";

/** A password that is shown this once. */
export interface OneTimePassword {
  readonly name: string;
  readonly password: string;
}

/** Shows it until the administrator says that it is handed over; a press beside the window does not lose it. */
export function OneTimePasswordDialog({
  shown,
  onDone,
}: {
  shown: OneTimePassword | null;
  onDone: () => void;
}) {
  const t = useTranslations("operators.password");
  return (
    <Dialog
      open={shown !== null}
      onOpenChange={(open) => {
        if (!open) onDone();
      }}
      title={t("title", { name: shown?.name ?? "" })}
      description={t("description")}
      footer={
        <Button variant="primary" onClick={onDone}>
          {t("done")}
        </Button>
      }
    >
      {shown && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded border border-line bg-sunken px-4 py-3">
          <output aria-label={t("label")} className="select-all font-mono text-18">
            {shown.password}
          </output>
          <CopyButton text={shown.password} label={t("copy")} />
        </div>
      )}
    </Dialog>
  );
}
