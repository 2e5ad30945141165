"use client";

import { Activity, Building2, ChevronDown, History, Keyboard, LogOut, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { signOut } from "next-auth/react";
import { useLocale, useTranslations } from "next-intl";
import { useState, useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { Menu, MenuItem, MenuLabel, MenuRadioGroup, MenuSeparator } from "@/components/menu";
import {
  LOCALE_COOKIE,
  parseTheme,
  rememberPreference,
  THEME_COOKIE,
  type Theme,
  themes,
} from "@/lib/preferences";
import type { ConsoleViewer } from "./viewer";

const languages = [
  { value: "ja", label: "日本語" },
  { value: "en", label: "English" },
] as const;

interface AccountMenuProps {
  viewer: ConsoleViewer;
  /** Opens the list of shortcuts, where there are any. */
  onShowShortcuts?: (() => void) | undefined;
}

/** Who is signed in, and what belongs to that person: the own account, session log, language, appearance, signing out. */
export function AccountMenu({ viewer, onShowShortcuts }: AccountMenuProps) {
  const t = useTranslations("console.header");
  const common = useTranslations("common");
  const locale = useLocale();
  const router = useRouter();
  const theme = useSyncExternalStore(watchTheme, readTheme, () => "system" as const);
  const [leaving, setLeaving] = useState(false);

  const chooseLanguage = (next: "ja" | "en") => {
    rememberPreference(LOCALE_COOKIE, next);
    router.refresh();
  };
  const chooseTheme = (next: Theme) => {
    document.documentElement.dataset.theme = next;
    rememberPreference(THEME_COOKIE, next);
  };
  const leave = () => {
    setLeaving(true);
    signOut({ callbackUrl: "/signin" }).catch(() => setLeaving(false));
  };

  return (
    <Menu
      trigger={
        <Button variant="quiet" busy={leaving} aria-label={t("account", { name: viewer.operatorName })}>
          <UserRound aria-hidden className="size-4" />
          <span className="hidden max-w-48 truncate sm:inline">{viewer.operatorName}</span>
          <ChevronDown aria-hidden className="size-4 text-ink-muted" />
        </Button>
      }
    >
      <div className="px-3 pt-1.5">
        <p className="max-w-60 truncate font-semibold text-15">{viewer.operatorName}</p>
      </div>
      <MenuLabel>{`${viewer.companyName} · ${t(viewer.role)}`}</MenuLabel>
      <MenuSeparator />
      <MenuItem href="/console/log" icon={<History aria-hidden className="size-4" />}>
        {t("log")}
      </MenuItem>
      <MenuItem href="/account" icon={<UserRound aria-hidden className="size-4" />}>
        {t("ownAccount")}
      </MenuItem>
      {viewer.role !== "operator" && (
        <MenuItem href="/admin" icon={<Building2 aria-hidden className="size-4" />}>
          {t("companyLog")}
        </MenuItem>
      )}
      <MenuItem href="/check" icon={<Activity aria-hidden className="size-4" />}>
        {t("check")}
      </MenuItem>
      {onShowShortcuts && (
        <MenuItem icon={<Keyboard aria-hidden className="size-4" />} onSelect={onShowShortcuts}>
          {t("shortcuts")}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuRadioGroup
        label={common("language")}
        value={locale}
        options={languages}
        onChange={chooseLanguage}
      />
      <MenuSeparator />
      <MenuRadioGroup
        label={common("theme.label")}
        value={theme}
        options={themes.map((value) => ({ value, label: common(`theme.${value}`) }))}
        onChange={chooseTheme}
      />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden className="size-4" />} onSelect={leave}>
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}

function readTheme(): Theme {
  return parseTheme(document.documentElement.dataset.theme);
}

function watchTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
