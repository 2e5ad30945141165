import { useTranslations } from "next-intl";
import { CopyButton } from "@/components/copy-button";
import { StepPicture, type StepPictureKind } from "@/components/step-picture";
import type { ToolPlatform } from "@/protocol/control";

const steps = {
  download: "download",
  openWindows: "downloads",
  protectedWindows: "protected",
  openMac: "unpack",
  protectedMac: "openAnyway",
  permissionMac: "allowSwitch",
  terminal: "terminal",
  yes: "yes",
} as const satisfies Record<string, StepPictureKind>;
type Step = keyof typeof steps;

/** What is done on a system, in order. A system's own signature saves its warning. */
export function stepsFor(platform: ToolPlatform, isSystemSigned: boolean): Step[] {
  switch (platform) {
    case "windows":
      return ["download", "openWindows", ...(isSystemSigned ? [] : ["protectedWindows" as const]), "yes"];
    case "macos":
      return [
        "download",
        "openMac",
        ...(isSystemSigned ? [] : ["protectedMac" as const]),
        "permissionMac",
        "yes",
      ];
    case "linux":
      return ["download", "terminal", "yes"];
  }
}

interface StepsProps {
  platform: ToolPlatform;
  isSystemSigned: boolean;
  /** For a terminal: the line that starts the file under the name that it was saved by. */
  command: string;
}

/** The way from the button to a running tool, in pictures. */
export function Steps({ platform, isSystemSigned, command }: StepsProps) {
  const t = useTranslations("download");
  return (
    <ol className="mt-4 grid gap-6">
      {stepsFor(platform, isSystemSigned).map((step, index) => (
        <li key={step} className="grid gap-4 sm:grid-cols-[200px_1fr]">
          <StepPicture kind={steps[step]} className="w-full max-w-50" />
          <div>
            <p className="font-semibold text-18">
              <span className="text-ink-muted">{t("stepNumber", { number: index + 1 })}</span>{" "}
              {t(`steps.${step}.title`)}
            </p>
            <p className="mt-1 text-18">{t(`steps.${step}.text`)}</p>
            {step === "terminal" && (
              <>
                <code className="mt-3 block rounded border border-line bg-sunken p-3 font-mono text-13 [overflow-wrap:anywhere]">
                  {command}
                </code>
                <CopyButton text={command} label={t("copyCommand")} className="mt-2" />
              </>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
