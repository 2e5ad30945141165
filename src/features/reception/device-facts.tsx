"use client";

import { useLocale, useTranslations } from "next-intl";
import { languageName } from "@/lib/language-name";
import type { DeviceInformation } from "@/protocol/device-information";

/** What is told about this device, fact by fact and with the very values: all of `DeviceInformation`, nothing else. */
export function DeviceFacts({ device }: { device: DeviceInformation }) {
  const t = useTranslations("reception.consent.stored");
  const locale = useLocale();
  const { browserName, browserVersion, osName, osVersion, screenWidth, screenHeight, devicePixelRatio } =
    device;
  const size = { width: String(screenWidth), height: String(screenHeight) };
  const facts = [
    { key: "browser", value: `${browserName} ${browserVersion}` },
    { key: "os", value: `${osName} ${osVersion}` },
    {
      key: "screen",
      value:
        devicePixelRatio === 1
          ? t("screenSize", size)
          : t("screenSizeScaled", { ...size, ratio: String(Math.round(devicePixelRatio * 100) / 100) }),
    },
    { key: "language", value: languageName(device.language, locale) },
  ] as const;
  return (
    <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-4 text-18">
      {facts.map(({ key, value }) => (
        <div key={key} className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-ink-muted">{t(key)}</dt>
          <dd>{value.trim() === "" ? "–" : value}</dd>
        </div>
      ))}
    </dl>
  );
}
