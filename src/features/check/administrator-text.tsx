"use client";

import { useFormatter, useTranslations } from "next-intl";
import { CopyButton } from "@/components/copy-button";
import type { CheckSnapshot } from "@/media/connectivity-check";
import { missingOpenings } from "./openings";

/** What somebody who cannot change the network can hand on to somebody who can; only what failed stands in it. */
export function AdministratorText({ snapshot }: { snapshot: CheckSnapshot }) {
  const t = useTranslations("check.administrator");
  const format = useFormatter();
  const { steps } = snapshot;
  const megabits = (bitrateBps = 0) => format.number(bitrateBps / 1_000_000, { maximumSignificantDigits: 2 });
  const openings = missingOpenings(snapshot).map(({ kind, ...place }) => `- ${t(`openings.${kind}`, place)}`);
  const slow = (["upload", "download"] as const).flatMap((step) => {
    const result = steps[step];
    return result.state === "slow" ? [`- ${t(step, { rate: megabits(result.bitrateBps) })}`] : [];
  });
  const insecure = !window.isSecureContext ? [`- ${t("insecure")}`] : [];
  if (openings.length + slow.length + insecure.length === 0) return null;
  const text = [
    t("intro", { address: window.location.origin }),
    ...(openings.length > 0 ? ["", t("open"), ...openings, "", t("note")] : []),
    ...(slow.length + insecure.length > 0 ? ["", t("also"), ...slow, ...insecure] : []),
    "",
    t("made", { time: format.dateTime(new Date(), { dateStyle: "medium", timeStyle: "short" }) }),
    navigator.userAgent,
  ].join("\n");
  return (
    <section className="mt-8">
      <h2 className="font-semibold text-18">{t("heading")}</h2>
      <p className="mt-1 text-15 text-ink-muted">{t("lead")}</p>
      <div className="mt-3 rounded-large border border-line bg-surface p-5">
        <pre className="wrap-anywhere whitespace-pre-wrap font-sans text-15" data-testid="administrator-text">
          {text}
        </pre>
        <CopyButton text={text} className="mt-4" size="large" />
      </div>
    </section>
  );
}
