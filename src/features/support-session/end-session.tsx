"use client";

import { PhoneOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { AlertDialog } from "radix-ui";
import { useRef } from "react";
import { Button } from "@/components/button";

/** Ends the session, after one question whose answer has the focus: Enter twice, or two presses. */
export function EndSession({ onEnd }: { onEnd: () => void }) {
  const t = useTranslations("session");
  const confirm = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger asChild>
        <Button variant="stop">
          <PhoneOff aria-hidden className="size-4" />
          {t("tools.end")}
        </Button>
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 animate-appear bg-black/50" />
        <AlertDialog.Content
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            confirm.current?.focus();
          }}
          className="fixed top-1/2 left-1/2 z-50 w-[calc(100vw-32px)] max-w-md -translate-x-1/2 -translate-y-1/2 animate-appear rounded-large border border-line bg-surface p-6 text-ink shadow-float"
        >
          <AlertDialog.Title className="font-semibold text-18">{t("endDialog.title")}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-15 text-ink-muted">
            {t("endDialog.description")}
          </AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{t("endDialog.cancel")}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button ref={confirm} variant="stop" onClick={onEnd}>
                {t("endDialog.confirm")}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
