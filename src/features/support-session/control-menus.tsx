"use client";

import { Keyboard, Monitor as MonitorIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { Menu, MenuItem, MenuLabel, MenuRadioGroup, MenuSeparator } from "@/components/menu";
import type { OperatorControl } from "@/media/control/operator-control";
import type { ToolSnapshot } from "@/media/control/tool-watch";
import { combinationsFor } from "./combinations";

const triggerClasses = "px-3 font-normal [&_svg]:size-5";

/** Combinations that the operator's own system keeps for itself, and text that is typed there as it stands in the clipboard here. */
export function CombinationMenu({ control, tool }: { control: OperatorControl; tool: ToolSnapshot | null }) {
  const t = useTranslations("control.operator.keys");
  return (
    <Menu
      align="start"
      trigger={
        <Button variant="quiet" aria-label={t("label")} title={t("hint")} className={triggerClasses}>
          <Keyboard aria-hidden />
        </Button>
      }
    >
      <MenuLabel>{t("heading")}</MenuLabel>
      {combinationsFor(tool?.platform ?? null).map(({ codes, keys }) => (
        <MenuItem key={keys} onSelect={() => control.sender.combine(codes)}>
          {keys}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => void typeClipboard(control)}>{t("typeClipboard")}</MenuItem>
    </Menu>
  );
}

/** Which monitor of the customer's is the one that is seen; nothing where there is one only. */
export function MonitorMenu({ control, tool }: { control: OperatorControl; tool: ToolSnapshot | null }) {
  const t = useTranslations("control.operator.monitor");
  if (!tool || tool.monitors.length < 2) return null;
  const shown = tool.monitors.find(({ monitorId }) => monitorId === tool.monitorId)?.name;
  return (
    <Menu
      align="start"
      trigger={
        <Button
          variant="quiet"
          aria-label={shown === undefined ? t("label") : t("shown", { name: shown })}
          title={t("hint")}
          className={triggerClasses}
        >
          <MonitorIcon aria-hidden />
          {/* Where there is room for it: the pixels that a click lands on are this one's. */}
          <span className="hidden max-w-32 truncate text-13 xl:inline">{shown}</span>
        </Button>
      }
    >
      <MenuRadioGroup
        label={t("heading")}
        value={tool.monitorId ?? ""}
        options={tool.monitors.map(({ monitorId, name, width, height, isPrimary }) => ({
          value: monitorId,
          label: t(isPrimary ? "primary" : "other", { name, width, height }),
        }))}
        onChange={(monitorId) => control.sender.chooseMonitor(monitorId)}
      />
    </Menu>
  );
}

/** For fields that take no paste, and where the clipboards are not shared. */
async function typeClipboard(control: OperatorControl): Promise<void> {
  try {
    control.sender.type(await navigator.clipboard.readText());
  } catch {
    // The operator has said no to the browser's question: then nothing is typed, which is plain to see.
  }
}
