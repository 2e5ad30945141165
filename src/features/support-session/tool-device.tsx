"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { formatDuration } from "@/lib/format-duration";
import type { ToolDevice } from "@/protocol/client-tool";

const GIBIBYTE = 1024 ** 3;
const TEBIBYTE = 1024 ** 4;
const SECONDS_PER_DAY = 86_400;

/** What the Client Tool has told about the customer's machine, with the customer's consent. */
export function ToolDeviceFacts({ device }: { device: ToolDevice }) {
  const t = useTranslations("control.device");
  const size = useSize();
  const uptime = useUptime();
  const freeOf = (freeBytes: number, totalBytes: number) =>
    t("freeOf", { free: size(freeBytes), total: size(totalBytes) });
  return (
    <section aria-labelledby="tool-device" className="mt-6">
      <h2 id="tool-device" className="font-semibold text-15">
        {t("heading")}
      </h2>
      <dl className="mt-2 divide-y divide-line text-15">
        <Fact name={t("os")}>{`${device.osName} ${device.osVersion}`.trim()}</Fact>
        <Fact name={t("hostName")}>{device.hostName}</Fact>
        <Fact name={t("cpu")}>
          <Line>{device.cpuModel}</Line>
          <Line>{t("cores", { count: device.cpuCores })}</Line>
        </Fact>
        <Fact name={t("memory")}>{freeOf(device.memoryFreeBytes, device.memoryTotalBytes)}</Fact>
        <Fact name={t("disks")}>
          {device.disks.map(({ name, freeBytes, totalBytes }) => (
            <Line key={name}>
              <span className="text-ink-muted">{name}</span> {freeOf(freeBytes, totalBytes)}
            </Line>
          ))}
        </Fact>
        <Fact name={t("addresses")}>
          {device.networkAddresses.map(({ name, address }) => (
            <Line key={`${name} ${address}`}>
              <span className="text-ink-muted">{name}</span> {address}
            </Line>
          ))}
        </Fact>
        <Fact name={t("uptime")}>{uptime(device.uptimeSeconds)}</Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4 py-2">
      <dt className="shrink-0 text-ink-muted">{name}</dt>
      <dd className="min-w-0 break-words text-right">{children}</dd>
    </div>
  );
}

function Line({ children }: { children: ReactNode }) {
  return <span className="block">{children}</span>;
}

/** Sizes as systems show them: 1 GB is 1024 MB. */
function useSize(): (bytes: number) => string {
  const format = useFormatter();
  return (bytes) => {
    const [unit, name] = bytes >= TEBIBYTE ? ([TEBIBYTE, "TB"] as const) : ([GIBIBYTE, "GB"] as const);
    const value = bytes / unit;
    return `${format.number(value, { maximumFractionDigits: value < 100 ? 1 : 0 })} ${name}`;
  };
}

/** From a day on, days first: `3 days 4 h 12 min`. */
function useUptime(): (seconds: number) => string {
  const t = useTranslations("control.device");
  const locale = useLocale();
  return (seconds) => {
    const days = Math.floor(seconds / SECONDS_PER_DAY);
    const rest = formatDuration(seconds % SECONDS_PER_DAY, locale);
    return days === 0 ? rest : t("days", { days, rest });
  };
}
