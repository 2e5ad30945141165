"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { formatDuration } from "@/lib/format-duration";
import type { ToolDevice } from "@/protocol/client-tool";
import { Facts } from "./facts";

const GIBIBYTE = 1024 ** 3;

/** What the Client Tool told about the machine, as it was then. */
export function ToolDeviceFacts({ device }: { device: ToolDevice }) {
  const t = useTranslations("sessionLog.toolDevice");
  const locale = useLocale();
  const format = useFormatter();
  const size = (bytes: number) => format.number(bytes / GIBIBYTE, { maximumFractionDigits: 1 });
  const freeOf = (free: number, total: number) => t("freeOf", { free: size(free), total: size(total) });
  return (
    <Facts
      heading={t("heading")}
      facts={[
        [t("os"), `${device.osName} ${device.osVersion}`.trim()],
        [t("hostName"), device.hostName],
        [t("cpu"), t("cores", { model: device.cpuModel, count: device.cpuCores })],
        [t("memory"), freeOf(device.memoryFreeBytes, device.memoryTotalBytes)],
        [
          t("disks"),
          <Lines
            key="disks"
            lines={device.disks.map((disk) => `${disk.name} ${freeOf(disk.freeBytes, disk.totalBytes)}`)}
          />,
        ],
        [
          t("addresses"),
          <Lines
            key="addresses"
            lines={device.networkAddresses.map(({ name, address }) => `${name} ${address}`)}
          />,
        ],
        [t("uptime"), formatDuration(device.uptimeSeconds, locale)],
      ]}
    />
  );
}

function Lines({ lines }: { lines: readonly string[] }): ReactNode {
  return [...new Set(lines)].map((line) => (
    <span key={line} className="block break-words">
      {line}
    </span>
  ));
}
