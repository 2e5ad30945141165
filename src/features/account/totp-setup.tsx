"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { QRCodeSVG } from "qrcode.react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { ErrorNotice } from "@/components/error-notice";
import { ONE_TIME_CODE_LENGTH, OneTimeCodeField } from "@/components/one-time-code-field";
import { Skeleton } from "@/components/skeleton";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";

const QR_SIZE_PX = 160;
const KEY_GROUP = /.{1,4}/g;

/** What `account.beginTotp` answers. */
export interface TotpSecret {
  /** Base32, to be typed. */
  readonly secret: string;
  /** `otpauth://`, for the picture. */
  readonly uri: string;
}

interface TotpSetupProps {
  /** Undefined while it is made. */
  begun: TotpSecret | undefined;
  /** Told with the recovery codes to show; empty when the account has some already. */
  onDone: (recoveryCodes: readonly string[]) => void;
}

/** Gives an authenticator app its secret, by picture or by hand, and has it prove that it took it. */
export function TotpSetup({ begun, onDone }: TotpSetupProps) {
  const t = useTranslations("account.totp");
  const trpc = useTRPC();
  const confirm = useMutation(
    trpc.account.confirmTotp.mutationOptions({ onSuccess: ({ recoveryCodes }) => onDone(recoveryCodes) }),
  );
  const [code, setCode] = useState("");
  const [incomplete, setIncomplete] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (confirm.isError) field.current?.select();
  }, [confirm.isError]);

  const send = (digits: string) => {
    setIncomplete(digits.length < ONE_TIME_CODE_LENGTH);
    if (digits.length === ONE_TIME_CODE_LENGTH && !confirm.isPending) confirm.mutate({ code: digits });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(code);
  };

  const refusal = confirm.isError ? refusalOf(confirm.error) : null;
  const secret = begun?.secret;
  return (
    <form method="post" onSubmit={submit} noValidate>
      <p className="text-15">{t("scan")}</p>
      <div className="mt-4 flex flex-wrap items-center gap-5">
        <div className="mx-auto size-40 shrink-0 overflow-hidden rounded border border-line">
          {begun ? (
            // White in both themes: cameras expect dark on light, with the quiet zone around it.
            <QRCodeSVG
              value={begun.uri}
              size={QR_SIZE_PX}
              level="M"
              marginSize={3}
              title={t("qrImage")}
              className="size-full"
            />
          ) : (
            <Skeleton className="size-full rounded-none" />
          )}
        </div>
        <div className="min-w-36 flex-1 text-13 text-ink-muted">
          <p>{t("manual")}</p>
          {secret === undefined ? (
            <Skeleton className="mt-2 h-12 w-full" />
          ) : (
            <p className="mt-2 font-mono text-15 text-ink">{secret.match(KEY_GROUP)?.join(" ")}</p>
          )}
          <div className="mt-3 flex flex-wrap gap-2">
            <CopyButton size="small" text={secret ?? ""} label={t("copyKey")} disabled={!secret} />
            {begun && (
              <a
                href={begun.uri}
                className="inline-flex min-h-8 items-center rounded-small text-accent hover:underline"
              >
                {t("openApp")}
              </a>
            )}
          </div>
        </div>
      </div>
      <div className="mt-6">
        {refusal && refusal.code !== "SECOND_FACTOR_FAILED" && <ErrorNotice {...refusal} className="mb-4" />}
        <OneTimeCodeField
          ref={field}
          label={t("code")}
          hint={t("codeHint")}
          value={code}
          onChange={setCode}
          onComplete={send}
          error={
            incomplete
              ? t("codeIncomplete")
              : refusal?.code === "SECOND_FACTOR_FAILED"
                ? t("codeRefused")
                : undefined
          }
        />
        <Button
          type="submit"
          variant="primary"
          busy={confirm.isPending || confirm.isSuccess}
          disabled={!begun}
          className="h-12 w-full text-15"
        >
          {t("confirm")}
        </Button>
      </div>
    </form>
  );
}
