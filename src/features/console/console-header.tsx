"use client";

import { useTranslations } from "next-intl";
import { AppHeader } from "@/components/app-header";
import { StatusDot, type Tone } from "@/components/badge";
import { AccountMenu } from "./account-menu";
import type { ConnectionState } from "./use-console-snapshot";
import type { ConsoleViewer } from "./viewer";

const connectionTones: Readonly<Record<ConnectionState, Tone>> = {
  connecting: "neutral",
  ready: "good",
  reconnecting: "warn",
  signedOut: "stop",
};

interface ConsoleHeaderProps {
  viewer: ConsoleViewer;
  /** Left out on pages that hold no connection. */
  connection?: ConnectionState;
  onShowShortcuts?: () => void;
}

/** The top of the console and of the session logs: product, company, state of the connection, the person's menu. */
export function ConsoleHeader({ viewer, connection, onShowShortcuts }: ConsoleHeaderProps) {
  const t = useTranslations("console.connection");
  return (
    <AppHeader
      home="/console"
      width="console"
      actions={
        <>
          {connection && (
            <span role="status" aria-label={t("label")} className="text-15">
              <StatusDot
                tone={connectionTones[connection]}
                active={connection === "connecting" || connection === "reconnecting"}
              >
                {t(connection)}
              </StatusDot>
            </span>
          )}
          <AccountMenu viewer={viewer} onShowShortcuts={onShowShortcuts} />
        </>
      }
    >
      <span className="hidden truncate border-line border-l pl-4 text-15 text-ink-muted sm:block">
        {viewer.companyName}
      </span>
    </AppHeader>
  );
}
