"use client";

import { WifiOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { captureCamera, captureScreen } from "@/media/capture";
import { readDeviceInformation } from "@/media/device-information";
import type { JoinCall } from "@/media/session-connection";
import type { EndReason } from "@/protocol/end-reason";
import type { CustomerSessionView } from "@/protocol/session-views";
import type { VideoSource } from "@/protocol/signalling";
import { useTRPCClient } from "@/trpc/client";
import { currentStep, type Picture, type Sharing } from "./customer-flow";
import { CustomerSteps } from "./customer-steps";
import { useBrowserAbility } from "./use-browser-ability";
import { useCustomerAction } from "./use-customer-action";
import { useCustomerView } from "./use-customer-view";
import { useSharingLock } from "./use-sharing-lock";
import { forgetWitnessedSession, readWitnessedSession, rememberWitnessedSession } from "./witnessed-session";

/** What the live page needs; the page that composes the features renders it. */
export interface LiveProps {
  sessionId: string;
  operatorName: string;
  companyName: string;
  startedAt: Date;
  picture: Picture;
  join: JoinCall;
  stop: () => Promise<unknown>;
  onEnded: (reason: EndReason) => void;
  onRefused: () => void;
}

interface CustomerPageProps {
  /** What the server knew when it rendered the page. */
  initialView: CustomerSessionView | null;
  /** The number from a link. */
  linkedNumber?: string;
  renderLive: (props: LiveProps) => ReactNode;
}

const never = () => () => undefined;

/**
 * The customer's way from the number to the end of the session. What is shown follows from the server's view and from what the
 * browser does here (see `currentStep`); this component only gathers the facts and carries out what is pressed.
 */
export function CustomerPage({ initialView, linkedNumber, renderLive }: CustomerPageProps) {
  const t = useTranslations("reception");
  const client = useTRPCClient();
  const { view, isReconnecting, follow, refresh } = useCustomerView(initialView);
  const { ability, isSecure } = useBrowserAbility();
  const [sharing, setSharing] = useState<Sharing>({ kind: "none" });
  const [prefilled, setPrefilled] = useState(linkedNumber ?? null);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [endedHere, setEndedHere] = useState<{ sessionId: string; reason: EndReason } | null>(null);
  const [isFirstStep, setIsFirstStep] = useState(true);
  const witnessed = useSyncExternalStore(never, readWitnessedSession, () => undefined);

  const latestView = useRef(view);
  useEffect(() => {
    latestView.current = view;
    if (view && view.phase !== "ended") {
      rememberWitnessedSession(view.sessionId);
      setIsFirstStep(false);
    }
  }, [view]);

  const isSharingHere = sharing.kind === "sharing" && sharing.sessionId === view?.sessionId;
  const liveSessionId = view?.phase === "live" ? view.sessionId : null;
  const lockedSessionId = isSharingHere ? sharing.sessionId : liveSessionId;
  const sharedElsewhere = useSharingLock(lockedSessionId, isSharingHere && view?.phase !== "ended");

  /** Called straight from a press: browsers open their picker only then. */
  const share = (source: VideoSource) => {
    const outcome = source === "screen" ? captureScreen() : captureCamera();
    setSharing({ kind: "choosing", source });
    void outcome.then((result) => {
      const current = latestView.current;
      if (result.kind !== "captured") {
        setSharing({ kind: "not_captured", why: result.kind, source });
      } else if (current?.phase === "accepted" || current?.phase === "live") {
        const picture = { stream: result.stream, source: result.source };
        setSharing({ kind: "sharing", sessionId: current.sessionId, picture, since: new Date() });
      } else {
        // The session ended while the picker was open: nothing may go on being captured.
        for (const track of result.stream.getTracks()) track.stop();
        setSharing({ kind: "none" });
      }
    });
  };

  const join: JoinCall = async ({ trouble, signal }) =>
    latestView.current?.phase === "live"
      ? client.customer.rejoin.mutate({ trouble }, { signal })
      : client.customer.agree.mutate({ device: await readDeviceInformation() }, { signal });
  /** However far the session is, this ends it. */
  const leave = () =>
    latestView.current?.phase === "live"
      ? client.customer.stop.mutate({})
      : client.customer.decline.mutate({});
  const cancel = useCustomerAction(() => client.customer.cancel.mutate({}));
  const end = useCustomerAction(leave);

  const startOver = () => {
    setDismissed(view?.sessionId ?? null);
    setSharing({ kind: "none" });
    setPrefilled(null);
    setIsFirstStep(false);
    forgetWitnessedSession();
    // The number in a link has been used: a reload must not offer it again.
    window.history.replaceState(null, "", "/");
  };

  const step = currentStep({
    view,
    sharing,
    ability,
    isSecure,
    sharedElsewhere,
    witnessed: isFirstStep ? witnessed : (view?.sessionId ?? null),
    dismissed,
    endedHere,
  });
  return (
    <>
      {/* Its room is always there, so that nothing moves when the connection goes and comes back. */}
      <div role="status" className="flex min-h-11 items-center justify-center bg-transparent">
        {isReconnecting && (
          <p className="flex w-full items-center justify-center gap-2 bg-warn-soft px-2 py-2 text-18 text-warn-text">
            <WifiOff aria-hidden className="size-5 shrink-0" />
            {t("offline")}
          </p>
        )}
      </div>
      <CustomerSteps
        step={step}
        prefilled={prefilled}
        isFirstStep={isFirstStep}
        cancel={cancel}
        end={end}
        onRedeemed={follow}
        onShare={share}
        onNewNumber={startOver}
        renderLive={(live) =>
          renderLive({
            ...live,
            join,
            stop: leave,
            onEnded: (reason) => setEndedHere({ sessionId: live.sessionId, reason }),
            onRefused: refresh,
          })
        }
      />
    </>
  );
}
