"use client";

import { KeyRound } from "lucide-react";
import { signOut } from "next-auth/react";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { NarrowPage } from "@/components/narrow-page";
import { ONE_TIME_CODE_LENGTH, OneTimeCodeField } from "@/components/one-time-code-field";
import { TextField } from "@/components/text-field";
import type { ErrorCode } from "@/lib/error-table";
import { appErrorCode } from "@/trpc/app-error";
import { trySignIn } from "./try-sign-in";
import { usePasskeyAnswer, usePasskeysSupported } from "./use-passkey-answer";

/** A second factor that the account has, as the server names it. */
export type SecondFactor = "totp" | "passkey" | "recovery_code";

interface SecondFactorStepProps {
  /** Whose sign-in it is. */
  name: string;
  kind: "operator" | "provider";
  factors: readonly SecondFactor[];
  /** Told once the server has taken the proof, or knows nothing of this sign-in any more. */
  onDone: () => void;
}

type Progress =
  | { readonly kind: "idle" }
  | { readonly kind: "busy" }
  | { readonly kind: "refused"; readonly code: ErrorCode };

const wayWords = { totp: "useCode", passkey: "usePasskey", recovery_code: "useRecoveryCode" } as const;

/** The second step: the app's code, a passkey, or a recovery code. The most comfortable one comes first. */
export function SecondFactorStep({ name, kind, factors, onDone }: SecondFactorStepProps) {
  const t = useTranslations("signIn.continue");
  const supported = usePasskeysSupported();
  const usable = factors.filter((factor) => factor !== "passkey" || supported);
  const [chosen, setChosen] = useState<SecondFactor | null>(null);
  const way = chosen ?? firstOf(usable);
  const [progress, setProgress] = useState<Progress>({ kind: "idle" });
  const isUnderWay = useRef(false);

  const prove = async (act: () => Promise<ErrorCode | "cancelled" | null>) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setProgress({ kind: "busy" });
    const outcome = await act();
    // Done, or the first step is too long ago: what comes next is not this page's. Until then the button stays busy.
    if (outcome === null || outcome === "UNAUTHENTICATED") return onDone();
    isUnderWay.current = false;
    setProgress(outcome === "cancelled" ? { kind: "idle" } : { kind: "refused", code: outcome });
  };
  const choose = (factor: SecondFactor) => {
    setChosen(factor);
    setProgress({ kind: "idle" });
  };

  return (
    <NarrowPage
      heading={t("secondFactor")}
      lead={t("hello", { name })}
      footer={
        <>
          <p>{t(kind === "provider" ? "lostProvider" : "lost")}</p>
          <button
            type="button"
            onClick={() =>
              void signOut({ callbackUrl: kind === "provider" ? "/signin/provider" : "/signin" })
            }
            className="mt-2 font-semibold text-accent hover:underline"
          >
            {t("otherAccount")}
          </button>
        </>
      }
    >
      <Card>
        {progress.kind === "refused" && <ErrorNotice code={progress.code} className="mb-5" />}
        <Way way={way} progress={progress} onProve={(act) => void prove(act)} />
        {usable.length > 1 && (
          <OtherWays>
            {usable
              .filter((factor) => factor !== way)
              .map((factor) => (
                <Button
                  key={factor}
                  variant="quiet"
                  disabled={progress.kind === "busy"}
                  onClick={() => choose(factor)}
                  className="w-full text-accent"
                >
                  {t(wayWords[factor])}
                </Button>
              ))}
          </OtherWays>
        )}
      </Card>
    </NarrowPage>
  );
}

function firstOf(factors: readonly SecondFactor[]): SecondFactor {
  return (["passkey", "totp", "recovery_code"] as const).find((way) => factors.includes(way)) ?? "totp";
}

function OtherWays({ children }: { children: ReactNode }) {
  const t = useTranslations("signIn.continue");
  return (
    <section aria-label={t("otherWays")} className="mt-5 border-line border-t pt-3">
      {children}
    </section>
  );
}

interface WayProps {
  progress: Progress;
  onProve: (act: () => Promise<ErrorCode | "cancelled" | null>) => void;
}

function Way({ way, ...rest }: WayProps & { way: SecondFactor }) {
  switch (way) {
    case "totp":
      return <CodeWay {...rest} />;
    case "recovery_code":
      return <RecoveryCodeWay {...rest} />;
    case "passkey":
      return <PasskeyWay {...rest} />;
  }
}

function CodeWay({ progress, onProve }: WayProps) {
  const t = useTranslations("signIn.continue");
  const [code, setCode] = useState("");
  const [incomplete, setIncomplete] = useState(false);
  const field = useFieldInFocus(progress);
  const send = (digits: string) => {
    setIncomplete(digits.length < ONE_TIME_CODE_LENGTH);
    if (digits.length === ONE_TIME_CODE_LENGTH) onProve(() => trySignIn("second_factor", { code: digits }));
  };
  return (
    <ProofForm lead={t("codeLead")} progress={progress} onSubmit={() => send(code)}>
      <OneTimeCodeField
        ref={field}
        label={t("code")}
        value={code}
        onChange={setCode}
        onComplete={send}
        error={incomplete ? t("codeIncomplete") : undefined}
      />
    </ProofForm>
  );
}

function RecoveryCodeWay({ progress, onProve }: WayProps) {
  const t = useTranslations("signIn.continue");
  const common = useTranslations("common");
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState(false);
  const field = useFieldInFocus(progress);
  const send = () => {
    const recoveryCode = code.trim();
    setMissing(recoveryCode === "");
    if (recoveryCode !== "") onProve(() => trySignIn("second_factor", { recoveryCode }));
  };
  return (
    <ProofForm lead={t("recoveryLead")} progress={progress} onSubmit={send}>
      <TextField
        ref={field}
        label={t("recoveryCode")}
        fieldSize="large"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="[&_input]:font-mono [&_label]:text-15"
        value={code}
        onChange={(event) => setCode(event.target.value)}
        error={missing ? common("required") : undefined}
      />
    </ProofForm>
  );
}

function PasskeyWay({ progress, onProve }: WayProps) {
  const t = useTranslations("signIn.continue");
  const ask = usePasskeyAnswer(true);
  const prove = async () => {
    try {
      const passkey = await ask();
      return passkey === null ? "cancelled" : await trySignIn("second_factor", { passkey });
    } catch (error) {
      return appErrorCode(error);
    }
  };
  return (
    <>
      <p className="text-15">{t("passkeyLead")}</p>
      <Button
        variant="primary"
        busy={progress.kind === "busy"}
        onClick={() => onProve(prove)}
        className="mt-5 h-12 w-full text-15"
      >
        <KeyRound aria-hidden className="size-4" />
        {t("passkey")}
      </Button>
    </>
  );
}

interface ProofFormProps {
  lead: string;
  progress: Progress;
  onSubmit: () => void;
  children: ReactNode;
}

function ProofForm({ lead, progress, onSubmit, children }: ProofFormProps) {
  const t = useTranslations("signIn.continue");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form method="post" onSubmit={submit} noValidate>
      <p className="mb-4 text-15">{lead}</p>
      {children}
      <Button
        type="submit"
        variant="primary"
        busy={progress.kind === "busy"}
        className="mt-1 h-12 w-full text-15"
      >
        {t("confirm")}
      </Button>
    </form>
  );
}

/** The field has the focus when it comes, and again after a refusal, with what was typed selected. */
function useFieldInFocus(progress: Progress) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (progress.kind === "refused") field.current?.select();
  }, [progress]);
  return field;
}
