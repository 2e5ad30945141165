import type { ReactNode } from "react";
import { AppHeader } from "@/components/app-header";
import { LanguageSwitch } from "@/components/language-switch";
import { ThemeSwitch } from "@/components/theme-switch";

/** The frame of the pages that anybody can open: logo, language, theme. */
export function CustomerShell({ children }: { children: ReactNode }) {
  return (
    <>
      <AppHeader
        home="/"
        actions={
          <>
            <LanguageSwitch />
            <ThemeSwitch />
          </>
        }
      />
      <main id="content">{children}</main>
    </>
  );
}
