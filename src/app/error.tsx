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
}

/** What the bundler's runtime calls it when a script of the page did not arrive. */
const LOST_SCRIPT = "ChunkLoadError";

/**
 * A page that failed. Its message is never shown: it may hold what is not for everybody's eyes. Trying again is loading it anew: that
 * helps in each of the cases, whereas drawing it once more does not bring a lost script.
 */
export default function ErrorPage({ error }: ErrorPageProps) {
  const t = useTranslations("common");
  const kind = error.name === LOST_SCRIPT ? "incomplete" : "crash";
  usePageTitle(`${t(`${kind}.title`)} · ${t("productName")}`);
  return (
    <CustomerShell>
      <ProblemPage
        icon={<TriangleAlert />}
        what={t(`${kind}.what`)}
        why={t(`${kind}.why`)}
        next={kind === "crash" ? t("crash.next", { digest: error.digest ?? "–" }) : t("incomplete.next")}
        action={
          <Button variant="primary" size="large" onClick={() => window.location.reload()}>
            {t(kind === "crash" ? "tryAgain" : "reload")}
          </Button>
        }
      />
    </CustomerShell>
  );
}
