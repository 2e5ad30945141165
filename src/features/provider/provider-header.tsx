"use client";

import { LogOut, UserRound } from "lucide-react";
import Link from "next/link";
import { signOut } from "next-auth/react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AppHeader } from "@/components/app-header";
import { Button } from "@/components/button";
import { LanguageSwitch } from "@/components/language-switch";
import { ThemeSwitch } from "@/components/theme-switch";

const PROVIDER_SIGN_IN = "/signin/provider";

/** The top of the provider site: product, the person's own account, language, appearance, signing out. */
export function ProviderHeader({ name }: { name: string }) {
  const t = useTranslations("provider");
  const [leaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(true);
    signOut({ callbackUrl: PROVIDER_SIGN_IN }).catch(() => setLeaving(false));
  };
  return (
    <AppHeader
      home="/provider"
      actions={
        <>
          <Button asChild variant="quiet">
            <Link href="/account">
              <UserRound aria-hidden className="size-4" />
              <span className="sr-only max-w-48 truncate md:not-sr-only">{name}</span>
            </Link>
          </Button>
          <LanguageSwitch className="hidden sm:flex" />
          <ThemeSwitch />
          <Button variant="quiet" busy={leaving} onClick={leave}>
            <LogOut aria-hidden className="size-4" />
            <span className="sr-only sm:not-sr-only">{t("signOut")}</span>
          </Button>
        </>
      }
    >
      <span className="hidden border-line border-l pl-4 text-15 text-ink-muted sm:block">{t("site")}</span>
    </AppHeader>
  );
}
