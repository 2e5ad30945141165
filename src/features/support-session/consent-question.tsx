"use client";

import { MousePointerClick, ShieldAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { CheckField } from "@/components/check-field";
import type { Requestable } from "@/protocol/control";
import { QuestionCard, type QuestionSession } from "./question-card";

interface ConsentQuestionProps {
  session: QuestionSession;
  permission: Requestable;
  operatorName: string;
  companyName: string;
  /** Why control is not possible here; null: it is. */
  hindrance: "unsupported" | "camera" | null;
  /** Rejects when it did not take effect. */
  onAllow: (sharesDevice: boolean) => Promise<void>;
  onDeny: () => void;
}

/** What the operator asks for, what it means, and the two answers. */
export function ConsentQuestion(props: ConsentQuestionProps) {
  const { permission, hindrance } = props;
  if (permission === "control" && hindrance) return <NotPossible {...props} why={hindrance} />;
  return permission === "control" ? (
    <ControlQuestion {...props} />
  ) : (
    <PlainQuestion {...props} permission={permission} />
  );
}

function ControlQuestion({ session, operatorName, companyName, onAllow, onDeny }: ConsentQuestionProps) {
  const t = useTranslations("control.customer.request");
  const names = { operator: operatorName, company: companyName };
  const [sharesDevice, setSharesDevice] = useState(false);
  const { isBusy, failure, allow } = useAllow(() => onAllow(sharesDevice));
  return (
    <QuestionCard
      session={session}
      operatorName={operatorName}
      title={t("title", names)}
      onDismiss={onDeny}
      renderActions={(isReady) => (
        <>
          <Button variant="primary" size="large" disabled={!isReady} busy={isBusy} onClick={allow}>
            <MousePointerClick aria-hidden className="size-5" />
            {t("allow")}
          </Button>
          <Button size="large" onClick={onDeny}>
            {t("deny")}
          </Button>
        </>
      )}
    >
      <p>{t("meaning", names)}</p>
      <p className="flex gap-3 rounded bg-warn-soft px-4 py-3">
        <ShieldAlert aria-hidden className="mt-1 size-5 shrink-0 text-warn-text" />
        <span>{t("fraud")}</span>
      </p>
      <p>{t("end")}</p>
      <p className="text-ink-muted">{t("tool")}</p>
      <CheckField
        label={<span className="text-18">{t("device", names)}</span>}
        hint={<span className="text-15">{t("deviceDetail")}</span>}
        checked={sharesDevice}
        onChange={(event) => setSharesDevice(event.target.checked)}
      />
      {failure}
    </QuestionCard>
  );
}

function PlainQuestion({
  session,
  permission,
  operatorName,
  companyName,
  onAllow,
  onDeny,
}: ConsentQuestionProps & { permission: Exclude<Requestable, "control"> }) {
  const t = useTranslations("control.customer");
  const names = { operator: operatorName, company: companyName };
  const { isBusy, failure, allow } = useAllow(() => onAllow(false));
  return (
    <QuestionCard
      session={session}
      operatorName={operatorName}
      title={t(`${permission}.title`, names)}
      onDismiss={onDeny}
      renderActions={(isReady) => (
        <>
          <Button variant="primary" size="large" disabled={!isReady} busy={isBusy} onClick={allow}>
            {t(`${permission}.allow`)}
          </Button>
          <Button size="large" onClick={onDeny}>
            {t(`${permission}.deny`)}
          </Button>
        </>
      )}
    >
      <p>{t(`${permission}.meaning`, names)}</p>
      {failure}
    </QuestionCard>
  );
}

/** A phone, a camera: the question is there, and there is only one answer to it. */
function NotPossible({
  session,
  operatorName,
  onDeny,
  why,
}: ConsentQuestionProps & { why: "unsupported" | "camera" }) {
  const t = useTranslations("control.customer.request");
  return (
    <QuestionCard
      session={session}
      operatorName={operatorName}
      title={t("unsupportedTitle", { operator: operatorName })}
      onDismiss={onDeny}
      renderActions={() => (
        <Button variant="primary" size="large" onClick={onDeny}>
          {t("understood")}
        </Button>
      )}
    >
      <p>{t(why, { operator: operatorName })}</p>
    </QuestionCard>
  );
}

/** A yes that is on its way, and the word of it when it did not arrive. */
function useAllow(onAllow: () => Promise<void>) {
  const t = useTranslations("control.customer");
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const allow = () => {
    setState("busy");
    onAllow().then(
      () => setState("idle"),
      () => setState("failed"),
    );
  };
  const failure = (
    <p role="alert" className="text-stop-text">
      {state === "failed" && t("failed")}
    </p>
  );
  return { isBusy: state === "busy", failure, allow };
}
