"use client";

import { Download, PackageX, TriangleAlert, WifiOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { Skeleton } from "@/components/skeleton";
import { cn } from "@/lib/class-names";
import { fileFor, type PublishedRelease, storedName } from "@/media/tool-download/release";
import { detectToolPlatform } from "@/media/tool-download/tool-platform";
import { type ToolPlatform, toolPlatforms } from "@/protocol/control";
import { ReleaseDetails } from "./release-details";
import { Steps } from "./steps";
import { useMegabytes } from "./use-megabytes";
import { useRelease } from "./use-release";
import { pairingFromAddress, type SaveState, useSave } from "./use-save";

const noChange = () => () => {};
const followAddress = (onChange: () => void) => {
  addEventListener("hashchange", onChange);
  return () => removeEventListener("hashchange", onChange);
};

/** The Client Tool for whoever comes: for this very system at first, with a picture for every step. */
export function DownloadPage() {
  const t = useTranslations("download");
  const recognised = useSyncExternalStore(noChange, detectToolPlatform, () => null);
  const isPaired = useSyncExternalStore(
    followAddress,
    () => pairingFromAddress() !== null,
    () => true,
  );
  const [chosen, setChosen] = useState<ToolPlatform | null>(null);
  // A phone is offered nothing that it could not run: whoever holds it may be asking for a computer, and says for which.
  const platform = chosen ?? recognised;
  const found = useRelease();

  return (
    <div className="mx-auto w-full max-w-customer px-4 py-10">
      <h1 className="font-semibold text-36">{t("heading")}</h1>
      <p className="mt-3 text-18 text-ink-muted">{t("lead")}</p>
      {found.is === "looking" && (
        <div role="status" aria-label={t("looking")} className="mt-6">
          <Skeleton className="h-72 w-full rounded-large" />
        </div>
      )}
      {found.is === "none" && (
        <Card className="mt-6">
          <EmptyState icon={<PackageX />} title={t("none.title")}>
            {t("none.text")}
          </EmptyState>
        </Card>
      )}
      {found.is === "unreachable" && (
        <Card className="mt-6" role="alert">
          <EmptyState
            icon={<WifiOff />}
            title={t("unreachable.title")}
            action={
              <Button variant="primary" size="large" onClick={found.retry}>
                {t("retry")}
              </Button>
            }
          >
            {t("unreachable.text")}
          </EmptyState>
        </Card>
      )}
      {found.is === "published" && (
        <Card className="mt-6">
          {recognised === null ? (
            <>
              <p className="text-18">{t("unrecognised")}</p>
              <p className="mt-3 rounded bg-sunken px-4 py-3 font-semibold text-18 [overflow-wrap:anywhere]">
                {`${location.host}${location.pathname}`}
              </p>
            </>
          ) : (
            <p className="text-18">{t("recognised", { system: t(`systems.${recognised}`) })}</p>
          )}
          <SystemChoice value={platform} onChange={setChosen} />
          {platform && (
            <Offer key={platform} release={found.release} platform={platform} isPaired={isPaired} />
          )}
        </Card>
      )}
    </div>
  );
}

interface SystemChoiceProps {
  value: ToolPlatform | null;
  onChange: (platform: ToolPlatform) => void;
}

function SystemChoice({ value, onChange }: SystemChoiceProps) {
  const t = useTranslations("download");
  return (
    <fieldset className="mt-4">
      <legend className="sr-only">{t("system")}</legend>
      <div className="flex gap-2">
        {toolPlatforms.map((platform) => (
          <label
            key={platform}
            className={cn(
              "flex min-h-14 grow items-center justify-center whitespace-nowrap rounded border px-3 text-18 sm:basis-0 has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2",
              platform === value ? "border-accent bg-accent-soft font-semibold" : "border-line-strong",
            )}
          >
            <input
              type="radio"
              name="system"
              className="sr-only"
              checked={platform === value}
              onChange={() => onChange(platform)}
            />
            {t(`systems.${platform}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface OfferProps {
  release: PublishedRelease;
  platform: ToolPlatform;
  isPaired: boolean;
}

function Offer({ release, platform, isPaired }: OfferProps) {
  const t = useTranslations("download");
  const megabytes = useMegabytes();
  const { state, save } = useSave(release, platform);
  const file = fileFor(release, platform);
  const system = t(`systems.${platform}`);
  if (!file) return <p className="mt-6 text-18">{t("noneForSystem", { system })}</p>;
  const command =
    state.is === "saved" && state.command !== null
      ? state.command
      : `f="$(xdg-user-dir DOWNLOAD)/${storedName(file)}"; chmod +x "$f" && "$f"`;
  return (
    <>
      {!isPaired && <p className="mt-4 rounded bg-sunken p-4 text-18">{t("unpaired")}</p>}
      <Button
        variant="primary"
        size="large"
        className="mt-4 w-full"
        busy={state.is === "loading"}
        onClick={() => void save()}
      >
        <Download aria-hidden className="size-6" />
        {state.is === "saved"
          ? t("again")
          : t("download", { system, size: megabytes(file.compressed.sizeBytes) })}
      </Button>
      <p className="mt-2 text-15 text-ink-muted">{t(`requires.${platform}`)}</p>
      <p className="mt-3 min-h-7 text-18" aria-live="polite">
        <SaveWords state={state} />
        {state.is === "failed" && (
          <>
            {" "}
            <a
              className="text-accent underline underline-offset-4"
              href={new URL(file.path, release.manifestUrl).href}
            >
              {t("plainFile")}
            </a>
          </>
        )}
      </p>
      <h2 className="mt-8 font-semibold text-24">{t("stepsTitle")}</h2>
      <Steps platform={platform} isSystemSigned={file.isSystemSigned} command={command} />
      <p className="mt-8 flex gap-3 rounded border border-warn-text/30 bg-warn-soft p-4 text-18">
        <TriangleAlert aria-hidden className="mt-0.5 size-6 shrink-0 text-warn-text" />
        {t("warning")}
      </p>
      <ReleaseDetails release={release} file={file} />
    </>
  );
}

function SaveWords({ state }: { state: SaveState }) {
  const t = useTranslations("download");
  switch (state.is) {
    case "idle":
      return null;
    case "loading":
      return t("loading", { percent: state.percent });
    case "saved":
      return t("saved", { fileName: state.fileName });
    case "failed":
      return t("failed");
  }
}
