"use client";

import { useTranslations } from "next-intl";
import { FactLines, useMachineFacts } from "@/components/machine-facts";
import type { ToolDevice } from "@/protocol/client-tool";
import { Facts } from "./facts";

/** What the Client Tool told about the machine, as it was then. */
export function ToolDeviceFacts({ device }: { device: ToolDevice }) {
  const t = useTranslations("sessionLog.toolDevice");
  const facts = useMachineFacts(device);
  return (
    <Facts
      heading={t("heading")}
      facts={facts.map(([name, lines]) => [name, <FactLines key={name} lines={lines} />])}
    />
  );
}
