"use client";

import { useMutation } from "@tanstack/react-query";
import { Eraser } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";

/** Erases what a session tells about its customer, after saying what is lost. */
export function EraseButton({ sessionId, onErased }: { sessionId: string; onErased: () => void }) {
  const t = useTranslations("sessionLog.erase");
  const trpc = useTRPC();
  const [asking, setAsking] = useState(false);
  const erase = useMutation(
    trpc.log.erase.mutationOptions({
      onSuccess: () => {
        setAsking(false);
        onErased();
      },
    }),
  );
  return (
    <>
      <Button
        onClick={() => {
          erase.reset();
          setAsking(true);
        }}
      >
        <Eraser aria-hidden className="size-4" />
        {t("action")}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("title")}
        description={t("description")}
        confirmLabel={t("confirm")}
        busy={erase.isPending}
        onConfirm={() => erase.mutate({ sessionId })}
      >
        <div className="text-15">
          <p className="font-semibold">{t("lost")}</p>
          <ul className="mt-1 list-disc pl-5">
            <li>{t("device")}</li>
            <li>{t("note")}</li>
          </ul>
          <p className="mt-3 text-ink-muted">{t("kept")}</p>
          {erase.isError && <ErrorNotice {...refusalOf(erase.error)} className="mt-4" />}
        </div>
      </ConfirmDialog>
    </>
  );
}
