import { useFormatter, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { CopyButton } from "@/components/copy-button";
import { type PublishedRelease, storedName } from "@/media/tool-download/release";
import type { ToolPlatform } from "@/protocol/control";
import type { ReleaseFile } from "@/protocol/release-manifest";
import { useMegabytes } from "./use-megabytes";

interface ReleaseDetailsProps {
  release: PublishedRelease;
  file: ReleaseFile;
}

/** For those who want to know exactly: what the file is, who signed it, and how to compare. */
export function ReleaseDetails({ release, file }: ReleaseDetailsProps) {
  const t = useTranslations("download.details");
  const format = useFormatter();
  const megabytes = useMegabytes();
  const { manifest, manifestUrl, keyId, signature } = release;
  const [openedAt] = useState(Date.now);
  const expiresAt = new Date(manifest.expiresAt);
  return (
    <details className="mt-10 rounded-large border border-line bg-surface">
      <summary className="min-h-14 px-5 py-4 font-semibold text-18">{t("title")}</summary>
      <dl className="grid gap-x-6 gap-y-3 border-line border-t px-5 py-4 text-15 sm:grid-cols-[auto_1fr]">
        <Fact name={t("version")}>{manifest.version}</Fact>
        <Fact name={t("published")}>
          {format.dateTime(new Date(manifest.issuedAt), { dateStyle: "long" })}
        </Fact>
        <Fact name={t("validUntil")}>
          {format.dateTime(expiresAt, { dateStyle: "long" })}
          {expiresAt.getTime() < openedAt && <p className="text-warn-text">{t("expired")}</p>}
        </Fact>
        <Fact name={t("size")}>
          {t("sizeText", {
            download: megabytes(file.compressed.sizeBytes),
            whole: megabytes(file.sizeBytes),
          })}
        </Fact>
        <Fact name={t("sha256")}>
          <Code className="block">{file.sha256}</Code>
          <CopyButton size="small" text={file.sha256} label={t("copySha256")} className="mt-1" />
        </Fact>
        <Fact name={t("systemSigned")}>{t(file.isSystemSigned ? "yes" : "no")}</Fact>
        <Fact name={t("signature")}>
          <Code className="block">{signature}</Code>
          <CopyButton size="small" text={signature} label={t("copySignature")} className="mt-1" />
        </Fact>
        <Fact name={t("key")}>
          <Code>{keyId}</Code>
        </Fact>
      </dl>
      <div className="border-line border-t px-5 py-4 text-15">
        <h3 className="font-semibold">{t("verifyTitle")}</h3>
        <p className="mt-1">{t("verify")}</p>
        <Code className="mt-2 block rounded bg-sunken p-3">
          {verifyCommands[file.platform](storedName(file))}
        </Code>
        <p className="mt-3 flex flex-wrap gap-x-6 gap-y-1">
          <a
            className="text-accent underline underline-offset-4"
            href={new URL(file.path, manifestUrl).href}
            download
          >
            {t("file")}
          </a>
          <a className="text-accent underline underline-offset-4" href={manifestUrl}>
            {t("manifest")}
          </a>
        </p>
      </div>
    </details>
  );
}

const verifyCommands: Readonly<Record<ToolPlatform, (name: string) => string>> = {
  windows: (name) => `certutil -hashfile ${name} SHA256`,
  macos: (name) => `shasum -a 256 ${name}`,
  linux: (name) => `sha256sum ${name}`,
};

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Code({ children, className }: { children: string; className?: string }) {
  return <code className={`font-mono text-13 [overflow-wrap:anywhere] ${className ?? ""}`}>{children}</code>;
}
