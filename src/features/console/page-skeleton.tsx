import { useTranslations } from "next-intl";
import { AppHeader } from "@/components/app-header";
import { Skeleton } from "@/components/skeleton";

/** Any page below the console while the server looks who is there: the header, and room. */
export function PageSkeleton() {
  const t = useTranslations("console");
  return (
    <>
      <AppHeader home="/console" actions={<Skeleton className="h-10 w-40" />} />
      <main id="content" aria-busy className="mx-auto w-full max-w-console px-4 py-6 sm:py-8">
        <p className="sr-only">{t("loading")}</p>
        <div className="min-h-[392px] rounded-large border border-line bg-surface sm:min-h-[272px]" />
      </main>
    </>
  );
}
