"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { captureAbility, captureCamera, captureScreen } from "@/media/capture";
import type { CustomerSnapshot } from "@/media/session-state";
import type { VideoSource } from "@/protocol/signalling";
import { type CustomerControlState, isControlled } from "./customer-control-state";
import type { CustomerState } from "./customer-state";
import { EndsIn } from "./ends-in";
import { endOfWaiting } from "./session-notice";
import type { CapturedPicture } from "./use-customer-session";

interface CustomerStatusProps {
  state: CustomerState;
  snapshot: CustomerSnapshot;
  source: VideoSource;
  operatorName: string;
  companyName: string;
  begin: (picture: CapturedPicture) => void;
  control: CustomerControlState;
}

/** What is going on, in words, and, where the page has lost the session, the one thing to do. */
export function CustomerStatus(props: CustomerStatusProps) {
  const { state, snapshot, source, operatorName, companyName, begin, control } = props;
  const t = useTranslations("session.customer");
  const errors = useTranslations("errors.PROTOCOL_VERSION");
  const common = useTranslations("common");
  const customerControl = useTranslations("control.customer");
  const [failed, setFailed] = useState(false);
  const names = { operator: operatorName, company: companyName };
  const { connection } = snapshot;
  const { ended } = snapshot.control;
  const endsAt = state === "reconnecting" || state === "away" ? endOfWaiting(snapshot) : null;
  // The service was updated under this page: sharing again from here would be refused again.
  const isOutdated = connection.phase === "failed" && connection.error === "PROTOCOL_VERSION";
  const words = state === "hidden" && source === "camera" ? "hiddenCamera" : state;

  const controlWords = useControlWords(state, control, operatorName);
  const place = useRef<HTMLDivElement>(null);
  const controlled = isControlled(control);
  useEffect(() => {
    // The steps on the way to it, which the customer has been reading, are gone.
    if (controlled) place.current?.scrollIntoView({ block: "center" });
  }, [controlled]);

  const shareAgain = async () => {
    setFailed(false);
    const outcome = await (captureAbility() === "screen" ? captureScreen() : captureCamera());
    if (outcome.kind === "captured") begin(outcome);
    else setFailed(outcome.kind !== "cancelled");
  };

  return (
    <div ref={place} className="min-h-24">
      <div role="status">
        <h1 className="font-semibold text-24 sm:text-36">
          {isOutdated ? errors("what") : (controlWords?.heading ?? t(`state.${words}`, names))}
        </h1>
        <p className="mt-1 text-18 text-ink-muted">
          {isOutdated
            ? `${errors("why")} ${errors("next")}`
            : connection.phase === "reconnecting"
              ? t(`reconnecting.${connection.cause}`)
              : (controlWords?.detail ??
                t(`detail.${words === "reconnecting" ? "connecting" : words}`, names))}
        </p>
        {state === "screen" && (ended === "in_tool" || ended === "declined") && (
          <p className="mt-2 font-semibold text-18">{customerControl(`ended.${ended}`, names)}</p>
        )}
      </div>
      {endsAt && (
        <p className="mt-1 text-18 text-ink-muted">
          <EndsIn at={endsAt} />
        </p>
      )}
      {isOutdated && (
        <Button variant="primary" size="large" className="mt-4" onClick={() => window.location.reload()}>
          {common("reload")}
        </Button>
      )}
      {(state === "replaced" || (state === "failed" && !isOutdated)) && (
        <Button variant="primary" size="large" className="mt-4" onClick={() => void shareAgain()}>
          {t(state === "replaced" ? "continueHere" : "tryAgain")}
        </Button>
      )}
      <p role="alert" className="text-18 text-stop-text">
        {failed && <span className="mt-2 block">{t("shareFailed")}</span>}
      </p>
    </div>
  );
}

/** While the operator controls, that is what matters most; null: it is about the picture alone. */
function useControlWords(
  state: CustomerState,
  { kind }: CustomerControlState,
  operator: string,
): { heading: string; detail: string } | null {
  const t = useTranslations("control.customer.state");
  if (state !== "screen") return null;
  if (kind === "controlled") {
    return { heading: t("controlled", { operator }), detail: t("controlledDetail", { operator }) };
  }
  return kind === "paused" ? { heading: t("paused"), detail: t("pausedDetail", { operator }) } : null;
}
