"use client";

import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { cn } from "@/lib/class-names";
import { checkSteps } from "@/media/connectivity-check";
import { refusalOf } from "@/trpc/refusal";
import { AdministratorText } from "./administrator-text";
import { CheckRow } from "./check-row";
import { useConnectivityRun } from "./use-connectivity-run";
import { type Verdict, verdictOf } from "./verdict";

const looks: Readonly<
  Record<Exclude<Verdict, "refused">, { icon: typeof CircleCheck; classes: string; iconClass: string }>
> = {
  running: {
    icon: LoaderCircle,
    classes: "border-line bg-surface",
    iconClass: "text-ink-muted animate-spin",
  },
  good: { icon: CircleCheck, classes: "border-good-text/30 bg-good-soft", iconClass: "text-good-text" },
  limited: { icon: TriangleAlert, classes: "border-warn-text/30 bg-warn-soft", iconClass: "text-warn-text" },
  blocked: { icon: CircleX, classes: "border-stop-text/30 bg-stop-soft", iconClass: "text-stop-text" },
};

/** Whether sessions will work from this browser on this network; runs by itself when the page opens. */
export function CheckPage({ hasTurn }: { hasTurn: boolean }) {
  const t = useTranslations("check");
  const { snapshot, again } = useConnectivityRun();
  const shown = checkSteps.filter((step) => step !== "turn" || hasTurn);
  const verdict = verdictOf(snapshot, shown);
  return (
    <div className="mx-auto w-full max-w-customer px-4 pt-4 pb-16 sm:pt-10">
      <h1 className="text-balance font-semibold text-24 sm:text-[1.75rem]">{t("title")}</h1>
      <p className="mt-2 text-18 text-ink-muted">{t("lead")}</p>
      <div className="mt-6">
        {snapshot.phase.name === "refused" ? (
          <ErrorNotice size="large" {...refusalOf(snapshot.phase.error)} />
        ) : (
          verdict !== "refused" && <VerdictBox verdict={verdict} />
        )}
      </div>
      <ul className="mt-6 divide-y divide-line rounded-large border border-line bg-surface">
        {shown.map((step) => (
          <CheckRow key={step} step={step} result={snapshot.steps[step]} />
        ))}
      </ul>
      {snapshot.phase.name === "done" && <AdministratorText snapshot={snapshot} />}
      <div className="mt-8 flex flex-col gap-3 sm:flex-row">
        <Button size="large" busy={verdict === "running"} onClick={again}>
          {t("again")}
        </Button>
        <Button size="large" variant="quiet" asChild>
          <Link href="/">{t("home")}</Link>
        </Button>
      </div>
    </div>
  );
}

function VerdictBox({ verdict }: { verdict: Exclude<Verdict, "refused"> }) {
  const t = useTranslations("check.verdicts");
  const { icon: Icon, classes, iconClass } = looks[verdict];
  return (
    <div
      role="status"
      className={cn("flex min-h-[8.5rem] gap-4 rounded-large border p-5 sm:min-h-[7.25rem]", classes)}
    >
      <Icon aria-hidden className={cn("mt-0.5 size-7 shrink-0", iconClass)} />
      <div>
        <p className="font-semibold text-24">{t(`${verdict}.what`)}</p>
        <p className="mt-1 text-18">{t(`${verdict}.detail`)}</p>
      </div>
    </div>
  );
}
