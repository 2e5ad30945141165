"use client";

import { useLocale, useTranslations } from "next-intl";
import { languageName } from "@/lib/language-name";
import type { SharedPicture } from "@/media/session-state";
import type { ToolDevice } from "@/protocol/client-tool";
import type { DeviceInformation } from "@/protocol/device-information";
import { ToolDeviceFacts } from "./tool-device";

interface DevicePanelProps {
  device: DeviceInformation | null;
  /** What the Client Tool has told; null: nothing. */
  toolDevice: ToolDevice | null;
  picture: SharedPicture | null;
}

/**
 * What the customer's browser has told about its device: what the consent page lists, and nothing more; and what the Client Tool
 * has told, if the customer agreed to that too.
 */
export function DevicePanel({ device, toolDevice, picture }: DevicePanelProps) {
  const t = useTranslations("session.device");
  const locale = useLocale();
  if (!device) return <p className="p-4 text-15 text-ink-muted">{t("unknown")}</p>;
  const rows: readonly (readonly [string, string])[] = [
    [t("os"), `${device.osName} ${device.osVersion}`],
    [t("browser"), `${device.browserName} ${device.browserVersion}`],
    [t("screen"), t("screenValue", { width: device.screenWidth, height: device.screenHeight })],
    [t("scale"), t("scaleValue", { percent: Math.round(device.devicePixelRatio * 100) })],
    [t("language"), languageName(device.language, locale)],
    [t("source"), picture ? t(picture.source === "camera" ? "sourceCamera" : "sourceScreen") : t("unknown")],
  ];
  return (
    <div className="p-4">
      <h2 className="font-semibold text-15">{t("heading")}</h2>
      <dl className="mt-2 divide-y divide-line text-15">
        {rows.map(([name, value]) => (
          <div key={name} className="flex flex-wrap justify-between gap-x-4 py-2">
            <dt className="text-ink-muted">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
      {toolDevice && <ToolDeviceFacts device={toolDevice} />}
    </div>
  );
}
