import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Button } from "@/components/button";
import { CustomerShell } from "./customer-shell";
import { ProblemPage } from "./problem-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("common.notFound");
  return { title: t("title") };
}

/** An address that leads nowhere. */
export default async function NotFound() {
  const t = await getTranslations("common");
  return (
    <CustomerShell>
      <ProblemPage
        icon={<SearchX />}
        what={t("notFound.what")}
        why={t("notFound.why")}
        next={t("notFound.next")}
        action={
          <Button asChild variant="primary" size="large">
            <Link href="/">{t("home")}</Link>
          </Button>
        }
      />
    </CustomerShell>
  );
}
