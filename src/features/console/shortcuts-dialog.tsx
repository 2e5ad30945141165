"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "@/components/dialog";
import { Kbd } from "@/components/kbd";
import { shortcuts } from "./shortcuts";

/** The console's keys and what they do. */
export function ShortcutsDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations("console.shortcuts");
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("title")}
      description={t("description")}
      className="max-w-md"
    >
      <dl className="divide-y divide-line">
        {shortcuts.map(({ key, action }) => (
          <div key={key} className="flex items-center justify-between gap-4 py-2.5">
            <dt className="text-15">{t(action)}</dt>
            <dd>
              <Kbd>{key}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
