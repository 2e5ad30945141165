import { ArrowLeft } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PageHeading } from "@/components/page-heading";
import { ConsoleHeader } from "@/features/console/console-header";
import { ExportButton } from "@/features/session-log/export-button";
import { SessionLog } from "@/features/session-log/session-log";
import { requireOperator } from "@/server/auth/require-sign-in";

const PATH = "/console/log";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("sessionLog"))("ownTitle") };
}

/** The session log of whoever is signed in. */
export default async function Page() {
  const [{ operatorName, companyName, role }, t] = await Promise.all([
    requireOperator(PATH),
    getTranslations("sessionLog"),
  ]);
  return (
    <>
      <ConsoleHeader viewer={{ operatorName, companyName, role }} />
      <main id="content" className="mx-auto w-full max-w-console px-4 py-6 sm:py-8">
        <Link
          href="/console"
          className="mb-2 inline-flex min-h-8 items-center gap-1.5 rounded-small text-15 text-accent hover:underline"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {t("back")}
        </Link>
        <PageHeading
          title={t("ownTitle")}
          description={t("ownDescription")}
          actions={<ExportButton path={PATH} />}
        />
        <SessionLog scope="own" path={PATH} />
      </main>
    </>
  );
}
