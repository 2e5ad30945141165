"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { parseTheme, rememberPreference, THEME_COOKIE, type Theme, themes } from "@/lib/preferences";
import { Button } from "./button";
import { Menu, MenuRadioGroup } from "./menu";

const icons = { system: Monitor, light: Sun, dark: Moon } as const satisfies Record<Theme, unknown>;

/** Light, dark, or as the device has it. Kept in this browser; the server writes it on <html>, so nothing flashes. */
export function ThemeSwitch() {
  const t = useTranslations("common.theme");
  const theme = useSyncExternalStore(subscribe, readTheme, () => "system" as const);
  const Icon = icons[theme];
  const choose = (next: Theme) => {
    document.documentElement.dataset.theme = next;
    rememberPreference(THEME_COOKIE, next);
  };
  return (
    <Menu
      trigger={
        <Button variant="quiet" square aria-label={`${t("label")}: ${t(theme)}`}>
          <Icon aria-hidden className="size-5" />
        </Button>
      }
    >
      <MenuRadioGroup
        label={t("label")}
        value={theme}
        options={themes.map((value) => ({ value, label: t(value) }))}
        onChange={choose}
      />
    </Menu>
  );
}

function readTheme(): Theme {
  return parseTheme(document.documentElement.dataset.theme);
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
