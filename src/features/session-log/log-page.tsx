import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { SessionLog } from "./session-log";

interface LogPageProps {
  scope: "own" | "company";
  companyName: string;
}

/** The session log with its heading and the way back. */
export function LogPage({ scope, companyName }: LogPageProps) {
  const t = useTranslations("admin");
  return (
    <main id="content" className="mx-auto w-full max-w-console px-4 py-6 sm:py-8">
      <Link
        href="/console"
        className="inline-flex min-h-8 items-center gap-1.5 rounded-small text-15 text-accent hover:underline"
      >
        <ArrowLeft aria-hidden className="size-4" />
        {t("back")}
      </Link>
      <h1 className="mt-2 font-semibold text-24">{t(scope === "own" ? "ownTitle" : "title")}</h1>
      <p className="mt-1 mb-6 text-15 text-ink-muted">
        {scope === "own" ? t("ownDescription") : t("description", { company: companyName })}
      </p>
      <SessionLog scope={scope} />
    </main>
  );
}
