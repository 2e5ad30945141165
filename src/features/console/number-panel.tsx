"use client";

import { X } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyButton } from "@/components/copy-button";
import { Kbd } from "@/components/kbd";
import { Skeleton } from "@/components/skeleton";
import { Countdown } from "@/components/time";
import { formatReceptionNumber } from "@/protocol/reception-number";
import type { ReceptionView } from "@/protocol/session-views";
import type { Hero, KnownReception } from "./desk";
import { QrDialog } from "./qr-dialog";

interface NumberPanelProps {
  /** Null: not known yet. */
  hero: Hero | null;
  others: readonly KnownReception[];
  /** Where customers go, without a path: `https://support.example.com`. */
  publicUrl: string;
  issuing: boolean;
  /** Receptions that are being cancelled. */
  cancelling: ReadonlySet<string>;
  /** Whether issuing is the one thing to do now; not so while somebody waits. */
  isIssueFirst: boolean;
  onIssue: () => void;
  onCancel: (receptionId: string) => void;
}

/** The hero of the console: the number, what can be done with it, and the button that issues one. Its height never changes. */
export function NumberPanel({
  hero,
  others,
  publicUrl,
  issuing,
  cancelling,
  isIssueFirst,
  onIssue,
  onCancel,
}: NumberPanelProps) {
  const t = useTranslations("console.number");
  const isPrimary = isIssueFirst && hero?.kind !== "live";
  return (
    <Card aria-label={t("name")} className="p-0">
      <div className="flex min-h-[392px] flex-col justify-between gap-6 p-5 sm:min-h-[244px] sm:p-8 lg:flex-row lg:items-center">
        <div className="min-w-0 flex-1">
          <HeroBody
            // While a number is on its way, one whose digits are not known yet is most likely just that one.
            hero={issuing && hero?.kind === "live" && hero.number === null ? null : hero}
            publicUrl={publicUrl}
            cancelling={cancelling}
            onCancel={onCancel}
          />
        </div>
        <Button
          variant={isPrimary ? "primary" : "secondary"}
          size="large"
          className="w-full lg:w-auto"
          busy={issuing}
          disabled={hero === null}
          // The second click of a double click (UI Events, "detail") is no wish for a second number.
          onClick={(event) => {
            if (event.detail <= 1) onIssue();
          }}
          aria-keyshortcuts="N"
        >
          {t("issue")}
          <KeyHint onAccent={isPrimary}>N</KeyHint>
        </Button>
      </div>
      {others.length > 0 && <OtherNumbers others={others} cancelling={cancelling} onCancel={onCancel} />}
    </Card>
  );
}

/** A key, for those with a keyboard to see; `aria-keyshortcuts` tells the others. */
export function KeyHint({ onAccent = false, children }: { onAccent?: boolean; children: string }) {
  return (
    <span
      aria-hidden
      className={
        onAccent ? "hidden md:inline [&_kbd]:border-on-accent/50 [&_kbd]:text-on-accent" : "hidden md:inline"
      }
    >
      <Kbd>{children}</Kbd>
    </span>
  );
}

function HeroBody({
  hero,
  publicUrl,
  cancelling,
  onCancel,
}: Pick<NumberPanelProps, "hero" | "publicUrl" | "cancelling" | "onCancel">) {
  const t = useTranslations("console.number");
  const format = useFormatter();
  if (!hero) return <HeroSkeleton />;
  switch (hero.kind) {
    case "none":
      return <HeroText title={t("idle")}>{t("idleDetail")}</HeroText>;
    case "expired":
      return (
        <HeroText title={t("expired")}>
          {t("expiredDetail", { time: format.dateTime(hero.reception.issuedAt, { timeStyle: "short" }) })}
        </HeroText>
      );
    case "live": {
      const { reception, number } = hero;
      const cancel = (
        <Button
          variant={number === null ? "secondary" : "quiet"}
          busy={cancelling.has(reception.receptionId)}
          onClick={() => onCancel(reception.receptionId)}
        >
          <X aria-hidden className="size-4" />
          {t("cancel")}
        </Button>
      );
      return number === null ? (
        <HiddenNumber reception={reception} action={cancel} />
      ) : (
        <LiveNumber reception={reception} number={number} publicUrl={publicUrl} action={cancel} />
      );
    }
  }
}

function LiveNumber({
  reception,
  number,
  publicUrl,
  action,
}: {
  reception: ReceptionView;
  number: string;
  publicUrl: string;
  action: ReactNode;
}) {
  const t = useTranslations("console.number");
  const link = `${publicUrl}/r/${number}`;
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-x-6">
        <output
          aria-label={t("name")}
          className="whitespace-nowrap font-semibold text-[64px] leading-[5rem] tracking-tight sm:text-72"
        >
          {formatReceptionNumber(number)}
        </output>
        <ExpiresIn reception={reception} className="text-18" />
      </div>
      <p className="mt-1 text-15 text-ink-muted">
        {t.rich("instruction", {
          address: () => (
            <span className="font-semibold text-ink">{publicUrl.replace(/^https?:\/\//, "")}</span>
          ),
        })}
      </p>
      <div className="mt-5 grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
        <CopyButton text={formatReceptionNumber(number)} label={t("copyNumber")} />
        <CopyButton text={link} label={t("copyLink")} />
        <QrDialog number={number} link={link} />
        {action}
      </div>
    </>
  );
}

/** The server keeps a hash of a number and no more: only the tab that issued it can show it. */
function HiddenNumber({ reception, action }: { reception: ReceptionView; action: ReactNode }) {
  const t = useTranslations("console.number");
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-x-6">
        <p className="font-semibold text-24">{t("hidden")}</p>
        <ExpiresIn reception={reception} className="text-18" />
      </div>
      <p className="mt-2 max-w-2xl text-15 text-ink-muted">{t("hiddenDetail")}</p>
      <div className="mt-5">{action}</div>
    </>
  );
}

function HeroText({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <p className="font-semibold text-24">{title}</p>
      <p className="mt-2 max-w-2xl text-15 text-ink-muted">{children}</p>
    </>
  );
}

function HeroSkeleton() {
  return (
    <>
      <Skeleton className="h-8 w-72 max-w-full" />
      <Skeleton className="mt-3 h-5 w-96 max-w-full" />
    </>
  );
}

function ExpiresIn({ reception, className }: { reception: ReceptionView; className?: string }) {
  const t = useTranslations("console.number");
  return (
    <span className={className}>
      {t.rich("expiresIn", {
        time: () => <Countdown until={reception.expiresAt} className="font-semibold" />,
      })}
    </span>
  );
}

function OtherNumbers({
  others,
  cancelling,
  onCancel,
}: Pick<NumberPanelProps, "others" | "cancelling" | "onCancel">) {
  const t = useTranslations("console.number");
  return (
    <div className="border-line border-t px-5 py-4 sm:px-8">
      <h2 className="font-semibold text-13 text-ink-muted">{t("others", { count: others.length })}</h2>
      <ul className="mt-1 divide-y divide-line">
        {others.map(({ reception, number }) => (
          <li key={reception.receptionId} className="flex flex-wrap items-center gap-x-6 gap-y-1 py-1.5">
            <span className={number === null ? "text-15 text-ink-muted" : "font-semibold text-18"}>
              {number === null ? t("otherHidden") : formatReceptionNumber(number)}
            </span>
            <ExpiresIn reception={reception} className="text-15 text-ink-muted" />
            <Button
              variant="quiet"
              size="small"
              className="-mr-3 ml-auto"
              busy={cancelling.has(reception.receptionId)}
              onClick={() => onCancel(reception.receptionId)}
              aria-label={
                number === null
                  ? t("cancelHidden")
                  : t("cancelNamed", { number: formatReceptionNumber(number) })
              }
            >
              {t("cancel")}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
