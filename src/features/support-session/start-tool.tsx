"use client";

import { Download, LoaderCircle, MousePointerClick } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { type ReactNode, useEffect } from "react";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { ErrorNotice } from "@/components/error-notice";
import { StepPicture, type StepPictureKind } from "@/components/step-picture";
import type { ToolPlatform } from "@/protocol/control";
import { GuideCard } from "./control-guide";
import { type ToolDownload, useClientTool } from "./use-client-tool";

interface StartToolProps {
  platform: ToolPlatform;
  sharesDevice: boolean;
  operatorName: string;
  /** It has run before and is gone. */
  isAgain: boolean;
  onSaved: (isSaved: boolean) => void;
}

/** 10⁶ bytes, as browsers show downloads. */
const MEGABYTE = 1_000_000;

/** The download of the Client Tool for this very computer, and how it is started; the page goes on by itself when it runs. */
export function StartTool({ platform, sharesDevice, operatorName, isAgain, onSaved }: StartToolProps) {
  const t = useTranslations("control.customer.start");
  const format = useFormatter();
  const { download, facts, save } = useClientTool(platform, sharesDevice);
  const isSaved = download.phase === "saved";
  useEffect(() => {
    onSaved(isSaved);
    return () => onSaved(false);
  }, [isSaved, onSaved]);

  const isBusy =
    download.phase === "asking" || download.phase === "preparing" || download.phase === "loading";
  return (
    <GuideCard
      icon={<MousePointerClick aria-hidden className="mt-1 size-6 shrink-0 text-accent" />}
      heading={t(isAgain ? "headingAgain" : "heading")}
      actions={
        download.phase !== "none" && (
          <Button variant={isSaved ? "secondary" : "primary"} size="large" busy={isBusy} onClick={save}>
            <Download aria-hidden className="size-5" />
            {t(isSaved ? "again" : "download")}
          </Button>
        )
      }
    >
      {isAgain && <p>{t("gone")}</p>}
      {download.phase !== "none" && (
        <>
          <p>
            {t("what", { host: facts?.host ?? location.host })}{" "}
            {facts && (
              <span className="text-ink-muted">
                {t("size", {
                  size: format.number(facts.sizeBytes / MEGABYTE, { maximumFractionDigits: 0 }),
                  version: facts.version,
                })}
              </span>
            )}
          </p>
          <StartSteps platform={platform} />
        </>
      )}
      <Progress download={download} operatorName={operatorName} />
    </GuideCard>
  );
}

const startSteps = ["open", "confirm", "yes"] as const;
const pictures: Readonly<Record<ToolPlatform, Record<(typeof startSteps)[number], StepPictureKind>>> = {
  windows: { open: "downloads", confirm: "protected", yes: "yes" },
  macos: { open: "unpack", confirm: "allowSwitch", yes: "yes" },
  linux: { open: "properties", confirm: "doubleClick", yes: "yes" },
};

/** What to do after the download, in this system's own words. */
function StartSteps({ platform }: { platform: ToolPlatform }) {
  const t = useTranslations("control.customer.start.steps");
  return (
    <ol className="space-y-3">
      {startSteps.map((step, index) => (
        <li key={step} className="flex items-start gap-4">
          <StepPicture kind={pictures[platform][step]} className="w-28" />
          <span className="min-w-0">
            <span className="font-semibold text-accent">{index + 1}.</span> {t(`${platform}.${step}`)}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** How far it is; a live region all the time, so that every change is read. */
function Progress({ download, operatorName }: { download: ToolDownload; operatorName: string }) {
  const t = useTranslations("control.customer.start");
  const waiting = (words: string, detail?: ReactNode) => (
    <div className="flex gap-3 rounded bg-accent-soft px-4 py-3">
      <LoaderCircle aria-hidden className="mt-1 size-5 shrink-0 animate-spin text-accent" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{words}</p>
        {detail}
      </div>
    </div>
  );
  return (
    <>
      <div role="status" className="empty:hidden">
        {download.phase === "preparing" && waiting(t("preparing"))}
        {download.phase === "loading" &&
          waiting(t("loading", { percent: Math.round(download.fraction * 100) }))}
        {download.phase === "saved" &&
          waiting(
            t("waiting"),
            <>
              <p>{t("waitingDetail")}</p>
              <p className="mt-1 break-all text-15 text-ink-muted">
                {t("file", { name: download.saved.fileName })}
              </p>
            </>,
          )}
        {download.phase === "expired" && <p className="rounded bg-warn-soft px-4 py-3">{t("expired")}</p>}
        {download.phase === "none" && <p>{t("none", { operator: operatorName })}</p>}
      </div>
      {download.phase === "saved" && download.saved.command && (
        <div>
          <p className="text-15 text-ink-muted">{t("terminal")}</p>
          <div className="mt-1 flex flex-col gap-2 sm:flex-row sm:items-center">
            <code className="min-w-0 flex-1 break-all rounded-small bg-sunken px-3 py-2 text-13">
              {download.saved.command}
            </code>
            <CopyButton text={download.saved.command} />
          </div>
        </div>
      )}
      {download.phase === "failed" &&
        (download.refusal ? (
          <ErrorNotice size="large" {...download.refusal} />
        ) : (
          <p role="alert" className="text-stop-text">
            {t("failed")}
          </p>
        ))}
    </>
  );
}
