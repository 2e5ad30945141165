"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { RelativeTime } from "@/components/time";
import type { OperatorDetail } from "@/protocol/operator-accounts";
import { OperatorStateWord } from "./operator-state";

/** What there is to know of an account. */
export function OperatorFacts({ operator }: { operator: OperatorDetail }) {
  const t = useTranslations("operators");
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    [t("columns.state"), <StateFact key="state" operator={operator} />],
    [t("sheet.lastSignIn"), <LastSignIn key="last" at={operator.lastSignInAt} />],
    [t("sheet.signedIn"), t("sheet.browsers", { count: operator.signIns })],
    [t("sheet.openSessions"), t("sheet.sessions", { count: operator.openSessions })],
    [t("sheet.secondFactor"), <SecondFactor key="factor" operator={operator} />],
    [t("sheet.passwordChanged"), <PasswordFact key="password" operator={operator} />],
    [t("sheet.created"), <RelativeTime key="created" at={operator.createdAt} />],
  ];
  return (
    <dl className="divide-y divide-line border-line border-y">
      {facts.map(([name, value]) => (
        <div key={name} className="grid grid-cols-[9rem_1fr] gap-4 py-2 text-15">
          <dt className="text-ink-muted">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function LastSignIn({ at }: { at: Date | null }) {
  const t = useTranslations("operators");
  return at ? <RelativeTime at={at} /> : t("neverSignedIn");
}

function StateFact({ operator }: { operator: OperatorDetail }) {
  const t = useTranslations("operators.sheet");
  const format = useFormatter();
  const { state, lockedUntil, lockedForever, invitationUntil } = operator;
  const moment = (at: Date) => format.dateTime(at, { dateStyle: "medium", timeStyle: "short" });
  const more =
    state === "invited"
      ? invitationUntil
        ? t("invitationUntil", { time: moment(invitationUntil) })
        : t("invitationOver")
      : state === "locked"
        ? `${lockedForever || !lockedUntil ? t("lockedForever") : t("lockedUntil", { time: moment(lockedUntil) })} ${t("lockedWhy")}`
        : null;
  return (
    <>
      <OperatorStateWord state={state} />
      {more !== null && <span className="block text-13 text-ink-muted">{more}</span>}
    </>
  );
}

function SecondFactor({ operator }: { operator: OperatorDetail }) {
  const t = useTranslations("operators");
  const parts = [
    ...(operator.authenticatorApp ? [t("sheet.app")] : []),
    ...(operator.passkeys > 0 ? [t("sheet.passkeys", { count: operator.passkeys })] : []),
  ];
  return parts.length === 0 ? t("secondFactorOff") : parts.join(" · ");
}

function PasswordFact({ operator }: { operator: OperatorDetail }) {
  const t = useTranslations("operators.sheet");
  return (
    <>
      {operator.passwordChangedAt ? <RelativeTime at={operator.passwordChangedAt} /> : t("passwordNone")}
      {operator.mustChangePassword && <span className="block text-13 text-ink-muted">{t("mustChange")}</span>}
    </>
  );
}
