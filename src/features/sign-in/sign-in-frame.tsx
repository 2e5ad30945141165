"use client";

import { KeyRound } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEventHandler, type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { NarrowPage } from "@/components/narrow-page";
import { usePasskeysSupported } from "./use-passkey-answer";
import type { SignInState } from "./use-sign-in";

/** From this many wrong tries on it is time to say that a lock is near: the strictest policy locks after three. */
const REFUSALS_BEFORE_ADVICE = 2;

interface SignInFrameProps {
  heading: string;
  lead: string;
  state: SignInState;
  refusals: number;
  onSubmit: FormEventHandler<HTMLFormElement>;
  /** Undefined: this service's address allows no passkeys. */
  onPasskey: (() => void) | undefined;
  /** Where a forgotten password is replaced. */
  forgotPath: string;
  /** The fields. */
  children: ReactNode;
  /** Below the form. */
  footer?: ReactNode;
}

const never = () => () => undefined;

/** What both sign-in forms have in common: the frame, the sentence of a refusal, the one button, the other ways. */
export function SignInFrame({
  heading,
  lead,
  state,
  refusals,
  onSubmit,
  onPasskey,
  forgotPath,
  children,
  footer,
}: SignInFrameProps) {
  const t = useTranslations("signIn");
  const passkeys = usePasskeysSupported();
  // Before the script runs, a press could only send the form in vain.
  const isReady = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.kind === "refused") notice.current?.scrollIntoView({ block: "nearest" });
  }, [state]);
  const busyBy = state.kind === "busy" ? state.by : null;
  return (
    <NarrowPage heading={heading} lead={lead} footer={footer}>
      <Card>
        {/* Without scripts nothing may be sent as a plain form: the password would stand in the address. */}
        <form method="post" onSubmit={onSubmit} noValidate>
          {state.kind === "refused" && (
            <div ref={notice} className="mb-5">
              <ErrorNotice code={state.code} />
              {refusals >= REFUSALS_BEFORE_ADVICE && (
                <p className="mt-3 text-15 text-ink-muted">
                  {t.rich("manyRefusals", {
                    link: (words) => (
                      <Link href={forgotPath} className="font-semibold text-accent underline">
                        {words}
                      </Link>
                    ),
                  })}
                </p>
              )}
            </div>
          )}
          {children}
          <Button
            type="submit"
            variant="primary"
            busy={busyBy === "password"}
            disabled={!isReady || busyBy === "passkey"}
            className="mt-2 h-12 w-full text-15"
          >
            {t("signIn")}
          </Button>
          <Link
            href={forgotPath}
            className="mt-3 flex min-h-9 items-center justify-center rounded-small text-15 text-accent hover:underline"
          >
            {t("forgotten")}
          </Link>
        </form>
        {onPasskey && (
          <div className="mt-3 border-line border-t pt-5">
            <Button
              busy={busyBy === "passkey"}
              disabled={!isReady || busyBy === "password" || !passkeys}
              onClick={onPasskey}
              className="h-12 w-full text-15"
            >
              <KeyRound aria-hidden className="size-4" />
              {t("withPasskey")}
            </Button>
            {!passkeys && <p className="mt-2 text-13 text-ink-muted">{t("passkeyUnsupported")}</p>}
          </div>
        )}
      </Card>
    </NarrowPage>
  );
}
