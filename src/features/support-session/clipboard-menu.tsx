"use client";

import { ClipboardList } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Button } from "@/components/button";
import { Menu, MenuCheckItem, MenuItem, MenuLabel, MenuSeparator } from "@/components/menu";
import { cn } from "@/lib/class-names";
import type { OperatorControl } from "@/media/control/operator-control";
import type { OperatorSnapshot } from "@/media/session-state";
import type { RequestStanding } from "./control-state";

interface ClipboardMenuProps {
  control: OperatorControl;
  snapshot: OperatorSnapshot;
  standing: RequestStanding;
}

/** The text in both clipboards: one way, the other way, or by itself; asked for first. */
export function ClipboardMenu({ control, snapshot, standing }: ClipboardMenuProps) {
  const t = useTranslations("control.operator.clipboard");
  const { isFollowing } = snapshot.control.clipboard;
  const isGranted = standing === "granted";
  const isReady = isGranted && snapshot.toolPresent;
  useFocusFollowing(control);
  return (
    <Menu
      align="start"
      trigger={
        <Button
          variant="quiet"
          aria-label={t("label")}
          title={t("hint")}
          className={cn(
            "px-3 font-normal [&_svg]:size-5",
            isFollowing && "border-accent bg-accent-soft text-accent hover:bg-accent-soft",
          )}
        >
          <ClipboardList aria-hidden />
        </Button>
      }
    >
      <MenuLabel>{t("heading")}</MenuLabel>
      {!isGranted && (
        <>
          {standing === "asked" ? (
            <MenuItem onSelect={() => control.withdraw("clipboard")}>{t("withdraw")}</MenuItem>
          ) : (
            <MenuItem
              disabled={standing !== "free" && standing !== "denied"}
              onSelect={() => control.request("clipboard")}
            >
              {t("request")}
            </MenuItem>
          )}
          <p className="max-w-72 px-3 pb-1 text-13 text-ink-muted">{t(`standing.${standing}`)}</p>
          <MenuSeparator />
        </>
      )}
      <MenuItem disabled={!isReady} onSelect={() => void control.clipboard.sendMine()}>
        {t("send")}
      </MenuItem>
      <MenuItem disabled={!isReady} onSelect={() => control.clipboard.getTheirs()}>
        {t("get")}
      </MenuItem>
      <MenuCheckItem
        checked={isFollowing}
        disabled={!isReady}
        onChange={(isOn) => control.clipboard.follow(isOn)}
      >
        {t("follow")}
      </MenuCheckItem>
      {isGranted && !isReady && <p className="max-w-72 px-3 pb-1 text-13 text-ink-muted">{t("needsTool")}</p>}
    </Menu>
  );
}

/** Browsers let a page at the clipboard only while it has the focus: what has changed meanwhile goes then. */
function useFocusFollowing(control: OperatorControl): void {
  useEffect(() => {
    const listen = () => void control.clipboard.focused();
    window.addEventListener("focus", listen);
    return () => window.removeEventListener("focus", listen);
  }, [control]);
}
