"use client";

import Link from "next/link";
import { notFound } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { assertUnreachable } from "@/lib/assert-unreachable";
import type { ErrorCode } from "@/lib/error-table";
import { OperatorSession } from "@/media/operator-session";
import type { OperatorSessionView } from "@/protocol/session-views";
import { appErrorCode } from "@/trpc/app-error";
import { useTRPCClient } from "@/trpc/client";
import { loadChat } from "./chat-storage";
import { EndSession } from "./end-session";
import { CustomerName } from "./operator-bar";
import { OperatorLive } from "./operator-live";
import { BackToConsole, PageMessage, SessionEnded } from "./operator-messages";
import { useLiveConnection, useRefusal, useSnapshot } from "./use-live-connection";
import { useTabTitle } from "./use-page";
import { useSessionView } from "./use-session-view";

/**
 * A support session as the operator sees it, from the moment the customer was accepted to the reason of its end.
 *
 * @param initial what the server knew when it rendered the page
 */
export function OperatorSessionPage({ initial }: { initial: OperatorSessionView }) {
  const { view, refusal, retry } = useSessionView(initial);
  if (refusal === "NOT_FOUND") notFound();
  // The picture does not need the management server: a live session goes on while that one cannot be asked.
  // Why it ended outlasts the sign-in: a suspended company's operators lose both at the same moment.
  if (refusal && view.phase !== "live" && view.phase !== "ended")
    return <Refused code={refusal} view={view} onRetry={retry} />;
  switch (view.phase) {
    case "waiting":
      return <Waiting view={view} />;
    case "accepted":
      return <Accepted view={view} />;
    case "live":
      return <Live view={view} onRefused={retry} />;
    case "ended":
      return <SessionEnded view={view} reason={view.endReason} />;
    default:
      return assertUnreachable(view.phase);
  }
}

function Waiting({ view }: { view: OperatorSessionView }) {
  const t = useTranslations("session.operator");
  return (
    <PageMessage
      title={t("waitingTitle")}
      bar={<CustomerName device={view.device} />}
      action={<BackToConsole primary />}
    >
      <p>{t("waitingDetail")}</p>
    </PageMessage>
  );
}

/** The customer reads the consent page; nothing is shared yet. */
function Accepted({ view }: { view: OperatorSessionView }) {
  const t = useTranslations("session");
  const end = useEnd(view.sessionId);
  const [failed, setFailed] = useState(false);
  useTabTitle(t("operatorTitle.waiting"));
  return (
    <PageMessage
      title={t("operator.acceptedTitle")}
      bar={<CustomerName device={view.device} />}
      action={
        <EndSession
          onEnd={() => {
            setFailed(false);
            end().catch(() => setFailed(true));
          }}
        />
      }
    >
      <p>{t("operator.acceptedDetail")}</p>
      {failed && <p className="text-stop-text">{t("operator.endFailed")}</p>}
    </PageMessage>
  );
}

/** One connection for the life of the page; another one only when the operator asks for it. */
function Live({ view, onRefused }: { view: OperatorSessionView; onRefused: () => void }) {
  const { sessionId } = view;
  const t = useTranslations("session.operator");
  const client = useTRPCClient();
  const [attempt, setAttempt] = useState(0);
  const session = useLiveConnection(
    `${sessionId}/${attempt}`,
    () =>
      new OperatorSession({
        join: ({ trouble, signal }) => client.session.join.mutate({ sessionId, trouble }, { signal }),
        chat: loadChat(sessionId),
      }),
  );
  if (!session) return <PageMessage title={t("loading")} bar={<CustomerName device={view.device} />} />;
  const again = () => setAttempt((count) => count + 1);
  return <Connected session={session} view={view} onAgain={again} onRefused={onRefused} />;
}

interface ConnectedProps {
  session: OperatorSession;
  view: OperatorSessionView;
  onAgain: () => void;
  /** There is no way back in: the session may have ended while this page was away. The server knows. */
  onRefused: () => void;
}

function Connected({ session, view, onAgain, onRefused }: ConnectedProps) {
  const t = useTranslations("session.operator");
  const { connection } = useSnapshot(session);
  useRefusal(connection, onRefused);
  const endAtServer = useEnd(view.sessionId);
  switch (connection.phase) {
    case "ended":
      return <SessionEnded view={view} reason={connection.reason} />;
    case "replaced":
      return (
        <PageMessage
          title={t("replacedTitle")}
          bar={<CustomerName device={view.device} />}
          action={
            <>
              <Button variant="primary" onClick={onAgain}>
                {t("continueHere")}
              </Button>
              <BackToConsole />
            </>
          }
        >
          <p>{t("replacedDetail")}</p>
        </PageMessage>
      );
    case "failed":
      return <Refused code={connection.error} view={view} onRetry={onAgain} />;
    default: {
      // Both ways at once: the relay is quicker, and the server hears it also when no relay can be reached.
      const end = async () => {
        session.end().catch((error: unknown) => {
          console.warn("The relay did not hear the end; the server tells it.", error);
        });
        await endAtServer();
      };
      return <OperatorLive session={session} view={view} onEnd={end} />;
    }
  }
}

/** A refusal that another try by itself would not change: what, why, and what to do now. */
function Refused({
  code,
  view,
  onRetry,
}: {
  code: ErrorCode;
  view: OperatorSessionView;
  onRetry: () => void;
}) {
  const t = useTranslations("session.operator");
  const errors = useTranslations("errors");
  const common = useTranslations("common");
  const signedOut = code === "UNAUTHENTICATED";
  return (
    <PageMessage
      title={errors(`${code}.what`)}
      bar={<CustomerName device={view.device} />}
      action={
        <>
          {signedOut ? (
            <Button asChild variant="primary">
              <Link href="/signin">{t("signIn")}</Link>
            </Button>
          ) : code === "PROTOCOL_VERSION" ? (
            // This very page is what does not fit: it would be refused again and again.
            <Button variant="primary" onClick={() => window.location.reload()}>
              {common("reload")}
            </Button>
          ) : (
            <Button variant="primary" onClick={onRetry}>
              {t("tryAgain")}
            </Button>
          )}
          <BackToConsole />
        </>
      }
    >
      <p>
        {errors(`${code}.why`)} {errors(`${code}.next`, { wait: common("aFewMinutes") })}
      </p>
    </PageMessage>
  );
}

/** Ends the session at the management server; one that is over already counts as ended. */
function useEnd(sessionId: string): () => Promise<void> {
  const client = useTRPCClient();
  return async () => {
    try {
      await client.session.end.mutate({ sessionId });
    } catch (error) {
      if (appErrorCode(error) !== "SESSION_ENDED") throw error;
    }
  };
}
