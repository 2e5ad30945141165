import { TriangleAlert } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { buttonClasses } from "@/components/button";

/** Of the hidden notice that `recoverPage` shows. */
export const INCOMPLETE_NOTICE_ID = "page-incomplete";

const looks = "rounded border border-warn-text/40 bg-warn-soft text-18";

/** What is said on a page whose script does not run: because a part of it did not arrive, or because the browser runs none at all. */
export async function IncompletePage() {
  const t = await getTranslations("common");
  return (
    <>
      <noscript>
        <p className={`m-4 p-4 ${looks}`}>{t("noScript")}</p>
      </noscript>
      {/* Shown before React runs, which must leave it as it is then. */}
      <div
        id={INCOMPLETE_NOTICE_ID}
        role="alert"
        hidden
        suppressHydrationWarning
        className={`fixed inset-x-4 top-18 z-50 mx-auto flex max-w-customer flex-wrap items-center gap-4 p-4 sm:flex-nowrap ${looks}`}
      >
        <TriangleAlert aria-hidden className="size-6 shrink-0 text-warn-text max-sm:hidden" />
        <p>
          <strong className="block font-semibold">{t("incomplete.what")}</strong>
          {t("incomplete.soon")}
        </p>
        <button type="button" className={buttonClasses({ variant: "primary", size: "large" })}>
          {t("reload")}
        </button>
      </div>
    </>
  );
}
