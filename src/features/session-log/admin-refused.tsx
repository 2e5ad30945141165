import { Lock } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";

/** What an operator gets in place of the company's pages: why, and where the own log is. */
export function AdminRefused({ companyName }: { companyName: string }) {
  const t = useTranslations("sessionLog.refused");
  return (
    <main id="content" className="mx-auto w-full max-w-customer px-4 py-12">
      <h1 className="sr-only">{t("title")}</h1>
      <EmptyState
        icon={<Lock />}
        title={t("title")}
        className="rounded-large border border-line bg-surface"
        action={
          <Button asChild variant="primary">
            <Link href="/console/log">{t("own")}</Link>
          </Button>
        }
      >
        {t("detail", { company: companyName })}
      </EmptyState>
    </main>
  );
}
