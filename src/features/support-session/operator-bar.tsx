"use client";

import { ArrowLeft, Check, ClipboardList, Eye, FileInput, MousePointerClick, Pointer, X } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Badge, StatusDot, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { ElapsedTime } from "@/components/time";
import { Tooltip } from "@/components/tooltip";
import { languageName } from "@/lib/language-name";
import type { OperatorSnapshot } from "@/media/session-state";
import type { DeviceInformation } from "@/protocol/device-information";
import type { PermissionName } from "@/protocol/permissions";
import { QualityDetails } from "./quality-badge";
import type { ScreenNotice } from "./session-notice";
import { WatchedBadge } from "./watched-badge";

interface OperatorBarProps {
  device: DeviceInformation | null;
  snapshot: OperatorSnapshot;
  notice: ScreenNotice | null;
  /** Null until the session is live. */
  startedAt: Date | null;
}

/** The slim bar on top: who, how it stands, how well it is connected, what is allowed. */
export function OperatorBar({ device, snapshot, notice, startedAt }: OperatorBarProps) {
  const t = useTranslations("session");
  const { permissions, quality, qualityHistory, observers, control } = snapshot;
  // Who watches needs the room of the permissions' names: the bar stays one line, and nothing below it moves.
  const compact = observers.length > 0;
  return (
    <BarFrame>
      <CustomerName device={device} />
      <SessionState notice={notice} startedAt={startedAt} />
      <QualityDetails quality={quality} history={qualityHistory} controlDelayMs={control.delayMs} />
      <WatchedBadge observers={observers} />
      <ul aria-label={t("permissions.label")} className="ml-auto flex gap-2">
        <Permission
          icon={<Eye aria-hidden className="size-4" />}
          name="view"
          allowed={permissions.view}
          compact={compact}
        />
        <Permission
          icon={<Pointer aria-hidden className="size-4" />}
          name="pointer"
          allowed={permissions.pointer}
          compact={compact}
        />
        {/* What is granted in the session only, when it is: the strip says how the asking stands. */}
        {laterPermissions
          .filter(({ name }) => permissions[name])
          .map(({ name, icon: Icon }) => (
            <Permission
              key={name}
              icon={<Icon aria-hidden className="size-4" />}
              name={name}
              allowed
              compact={compact}
            />
          ))}
      </ul>
    </BarFrame>
  );
}

const laterPermissions = [
  { name: "control", icon: MousePointerClick },
  { name: "clipboard", icon: ClipboardList },
  { name: "file", icon: FileInput },
] as const;

/** The bar's frame with the way back, for every state of the page. */
export function BarFrame({ children }: { children?: ReactNode }) {
  const t = useTranslations("session");
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 border-line border-b bg-surface px-2 py-1 text-15">
      <Tooltip label={t("bar.back")} side="bottom">
        <Button asChild variant="quiet" size="small" square>
          <Link href="/console" aria-label={t("bar.back")}>
            <ArrowLeft aria-hidden className="size-5" />
          </Link>
        </Button>
      </Tooltip>
      <h1 className="sr-only">{t("title")}</h1>
      {children}
    </header>
  );
}

/** Nobody has a name here: a customer is known by the device. */
export function CustomerName({ device }: { device: DeviceInformation | null }) {
  const t = useTranslations("session.bar");
  const locale = useLocale();
  return (
    <span className="max-w-[24rem] truncate font-semibold">
      {device
        ? t("customer", {
            os: device.osName,
            browser: device.browserName,
            language: languageName(device.language, locale),
          })
        : t("unknownCustomer")}
    </span>
  );
}

const toneOf: Readonly<Record<ScreenNotice, Tone>> = {
  connecting: "neutral",
  reconnecting: "warn",
  waiting: "neutral",
  away: "warn",
  paused: "neutral",
  hidden: "neutral",
  unshowable: "warn",
};

const wordOf = {
  connecting: "connecting",
  reconnecting: "reconnecting",
  waiting: "waitingForCustomer",
  away: "customerInterrupted",
  paused: "paused",
  hidden: "hidden",
  unshowable: "unshowable",
} as const satisfies Record<ScreenNotice, string>;

/** How it stands and for how long. */
export function SessionState({ notice, startedAt }: { notice: ScreenNotice | null; startedAt: Date | null }) {
  const t = useTranslations("session.state");
  const going = notice === null || notice === "connecting" || notice === "reconnecting" || notice === "away";
  return (
    <span className="inline-flex items-baseline gap-2">
      {/* Only the words are a live region: a clock in it would be read out every second. */}
      <span role="status" className="font-semibold">
        <StatusDot tone={notice ? toneOf[notice] : "good"} active={going && notice !== null}>
          {notice ? t(wordOf[notice]) : t("live")}
        </StatusDot>
      </span>
      {startedAt && <ElapsedTime since={startedAt} />}
    </span>
  );
}

function Permission({
  icon,
  name,
  allowed,
  compact,
}: {
  icon: ReactNode;
  name: PermissionName;
  allowed: boolean;
  compact: boolean;
}) {
  const t = useTranslations("session.permissions");
  const sentence = t("item", { permission: t(name), state: t(allowed ? "allowed" : "notAllowed") });
  return (
    <li title={sentence}>
      <Badge tone={allowed ? "good" : "neutral"}>
        {icon}
        <span className="sr-only">{sentence}</span>
        <span aria-hidden className={compact ? "hidden 2xl:inline" : "hidden lg:inline"}>
          {t(name)}
        </span>
        {allowed ? <Check aria-hidden className="size-4" /> : <X aria-hidden className="size-4" />}
      </Badge>
    </li>
  );
}
