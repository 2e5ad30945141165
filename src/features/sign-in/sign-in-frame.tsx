"use client";

import { useTranslations } from "next-intl";
import { type FormEventHandler, type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import type { SignInState } from "./use-sign-in";

interface SignInFrameProps {
  heading: string;
  lead: string;
  state: SignInState;
  onSubmit: FormEventHandler<HTMLFormElement>;
  /** The fields. */
  children: ReactNode;
  /** Below the form. */
  footer?: ReactNode;
}

const never = () => () => undefined;

/** What both sign-in forms have in common: the frame, the sentence of a refusal, the one button. */
export function SignInFrame({ heading, lead, state, onSubmit, children, footer }: SignInFrameProps) {
  const t = useTranslations("signIn");
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
  return (
    <div className="mx-auto w-full max-w-105 px-4 pt-8 pb-16 sm:pt-16">
      <h1 className="font-semibold text-24">{heading}</h1>
      <p className="mt-2 text-15 text-ink-muted">{lead}</p>
      <Card className="mt-6">
        {/* Without scripts nothing may be sent as a plain form: the password would stand in the address. */}
        <form method="post" onSubmit={onSubmit} noValidate>
          {state.kind === "refused" && (
            <div ref={notice} className="mb-5">
              <ErrorNotice code={state.code} />
            </div>
          )}
          {children}
          <Button
            type="submit"
            variant="primary"
            busy={state.kind === "busy"}
            disabled={!isReady}
            className="mt-2 h-12 w-full text-15"
          >
            {t("signIn")}
          </Button>
        </form>
      </Card>
      {footer !== undefined && <div className="mt-6 text-15 text-ink-muted">{footer}</div>}
    </div>
  );
}
