"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Countdown } from "@/components/time";
import { readDeviceInformation } from "@/media/device-information";
import { parseReceptionNumber } from "@/protocol/reception-number";
import { useTRPCClient } from "@/trpc/client";
import { type Refusal, refusalOf } from "@/trpc/refusal";
import { FraudWarning } from "./fraud-warning";
import { NumberField } from "./number-field";
import { StepLayout } from "./step-layout";
import { digitsOf } from "./typed-number";

const NUMBER_LENGTH = 6;

interface NumberStepProps {
  /** From a link: already filled in, and still only a press on Connect goes on. */
  prefilled: string | null;
  /** Whether this is the first thing the page shows, rather than the way back from another step. */
  isFirst: boolean;
  /** The number was right; the ticket is in the browser's cookie by now. */
  onRedeemed: (sessionId: string) => void;
}

type State =
  | { readonly kind: "editing" }
  | { readonly kind: "incomplete" }
  | { readonly kind: "connecting" }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly retryAt: Date | null };

/** The customer types the number. What was typed stays, whatever goes wrong. */
export function NumberStep({ prefilled, isFirst, onRedeemed }: NumberStepProps) {
  const t = useTranslations("reception.number");
  const client = useTRPCClient();
  const [digits, setDigits] = useState(() => digitsOf(prefilled ?? ""));
  const [state, setState] = useState<State>({ kind: "editing" });
  const id = useId();
  const hintId = `${id}-hint`;

  const redeem = async () => {
    setState({ kind: "connecting" });
    try {
      const device = await readDeviceInformation();
      const { sessionId } = await client.reception.redeem.mutate({ number: digits, device });
      onRedeemed(sessionId);
    } catch (error) {
      const refusal = refusalOf(error);
      const { retryAfterSeconds } = refusal;
      const retryAt =
        retryAfterSeconds === undefined ? null : new Date(Date.now() + retryAfterSeconds * 1000);
      setState({ kind: "refused", refusal, retryAt });
      focusField(id);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (state.kind === "connecting" || isThrottled) return;
    if (digits.length < NUMBER_LENGTH) {
      setState({ kind: "incomplete" });
      focusField(id);
    } else if (parseReceptionNumber(digits) === null) {
      setState({
        kind: "refused",
        refusal: { code: "RECEPTION_MALFORMED", retryAfterSeconds: undefined },
        retryAt: null,
      });
      focusField(id);
    } else void redeem();
  };
  const change = (next: string) => {
    setDigits(next);
    // A throttled page stays so; every other complaint is about what was typed before.
    if (!isThrottled && state.kind !== "connecting") setState({ kind: "editing" });
  };

  const isThrottled = state.kind === "refused" && state.retryAt !== null;
  const isInvalid = state.kind === "incomplete" || (state.kind === "refused" && !isThrottled);
  return (
    <StepLayout
      title="number"
      heading={t(prefilled === null ? "heading" : "headingLinked")}
      focusHeading={false}
    >
      <form onSubmit={submit} noValidate className="mt-8">
        <label htmlFor={id} className="sr-only">
          {t("label")}
        </label>
        <NumberField
          id={id}
          digits={digits}
          onChange={change}
          invalid={isInvalid}
          describedBy={hintId}
          takesFocus={!isFirst || prefilled === null}
        />
        <p id={hintId} aria-live="polite" className="mt-3 min-h-8 text-center text-18 text-ink-muted">
          {state.kind === "incomplete" ? (
            <span className="font-semibold text-stop-text">{t("incomplete", { count: digits.length })}</span>
          ) : (
            t("hint")
          )}
        </p>
        {state.kind === "refused" && (
          <ErrorNotice
            size="large"
            className="mt-4"
            code={state.refusal.code}
            retryAfterSeconds={state.refusal.retryAfterSeconds}
            action={
              state.retryAt && (
                <p className="font-semibold">
                  {t.rich("retryIn", {
                    time: () => (
                      <Countdown
                        until={state.retryAt ?? new Date()}
                        onOver={() => setState({ kind: "editing" })}
                      />
                    ),
                  })}
                </p>
              )
            }
          />
        )}
        <Button
          type="submit"
          variant="primary"
          size="large"
          busy={state.kind === "connecting"}
          disabled={isThrottled}
          className="mx-auto mt-5 flex w-full max-w-80"
        >
          {t("connect")}
        </Button>
      </form>
      <FraudWarning />
      <p className="mt-6 text-center text-18">
        <Link
          href="/check"
          className="inline-flex min-h-11 items-center text-accent underline underline-offset-4"
        >
          {t("check")}
        </Link>
      </p>
    </StepLayout>
  );
}

function focusField(id: string): void {
  const field = document.getElementById(id);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}
