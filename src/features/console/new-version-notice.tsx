"use client";

import { RefreshCw, X } from "lucide-react";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { useNewerBuild } from "./use-newer-build";

/** In a session nothing else asks for attention: the offer waits until the operator is back in the console. */
const SESSION_PAGE = /^\/console\/sessions\//;

/**
 * Offers to load a newer version of the console. Only the console's own page is loaded anew: a session that is open in another tab
 * goes on, and one that is opened from here comes with the new version.
 */
export function NewVersionNotice({ build }: { build: string }) {
  const t = useTranslations("console.newVersion");
  const isSession = SESSION_PAGE.test(usePathname());
  const isNewer = useNewerBuild(build);
  const [isPutOff, setIsPutOff] = useState(false);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-40 flex justify-center px-4 pb-6"
    >
      {isNewer && !isSession && !isPutOff && (
        <div className="pointer-events-auto flex items-center gap-3 rounded border border-line bg-surface py-2 pr-2 pl-4 text-15 text-ink shadow-float">
          <p>{t("text")}</p>
          <Button size="small" variant="secondary" onClick={() => location.reload()}>
            <RefreshCw aria-hidden className="size-4" />
            {t("reload")}
          </Button>
          <Button
            size="small"
            variant="quiet"
            square
            aria-label={t("later")}
            onClick={() => setIsPutOff(true)}
          >
            <X aria-hidden className="size-4" />
          </Button>
        </div>
      )}
    </div>
  );
}
