"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { usePageTitle } from "@/components/use-page-title";
import { CustomerShell } from "./customer-shell";
import { ProblemPage } from "./problem-page";

interface ErrorPageProps {
  /** `digest` is what the server's log calls this failure. */
  error: Error & { digest?: string };
  reset: () => void;
}

/** A page that failed. Its message is never shown: it may hold what is not for everybody's eyes. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const t = useTranslations("common");
  usePageTitle(`${t("crash.title")} · ${t("productName")}`);
  return (
    <CustomerShell>
      <ProblemPage
        icon={<TriangleAlert />}
        what={t("crash.what")}
        why={t("crash.why")}
        next={t("crash.next", { digest: error.digest ?? "–" })}
        action={
          <Button variant="primary" size="large" onClick={reset}>
            {t("tryAgain")}
          </Button>
        }
      />
    </CustomerShell>
  );
}
