"use client";

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";

const DOWNLOAD_PATH = "/company-export/download";

/** Where the link leads that a closed company's administrators get: what there is, until when, and the download. */
export function CompanyExportPage() {
  const t = useTranslations("companyExport");
  const format = useFormatter();
  const trpc = useTRPC();
  const { mutate, data, error } = useMutation(trpc.companyExport.read.mutationOptions());
  const [started, setStarted] = useState(false);
  // The secret stays out of React's state, which tools for developers show.
  const secret = useRef("");
  useEffect(() => {
    secret.current = window.location.hash.slice(1);
    mutate({ secret: secret.current });
  }, [mutate]);

  return (
    <div className="mx-auto w-full max-w-customer px-4 py-10">
      <h1 className="font-semibold text-24">{t("title")}</h1>
      {error ? (
        <ErrorNotice {...refusalOf(error)} className="mt-6" />
      ) : !data ? (
        <div className="mt-6" role="status" aria-label={t("checking")}>
          <Skeleton className="h-6 w-3/4" />
          <Skeleton className="mt-6 h-56 rounded-large" />
        </div>
      ) : (
        <>
          <p className="mt-2 text-18">{t("lead", { name: data.companyName })}</p>
          <Card className="mt-6">
            <h2 className="font-semibold text-15">{t("content")}</h2>
            <dl className="mt-2 divide-y divide-line border-line border-y text-15">
              {(["operators", "sessions", "auditEvents"] as const).map((name) => (
                <div key={name} className="flex items-baseline justify-between gap-4 py-2">
                  <dt className="text-ink-muted">{t(name)}</dt>
                  <dd>{format.number(data[name])}</dd>
                </div>
              ))}
              <div className="flex items-baseline justify-between gap-4 py-2">
                <dt className="text-ink-muted">{t("until")}</dt>
                <dd>{format.dateTime(data.deleteAfter, { dateStyle: "long", timeStyle: "short" })}</dd>
              </div>
            </dl>
            <p className="mt-4 text-15 text-ink-muted">{t("warning")}</p>
            <form
              method="post"
              action={DOWNLOAD_PATH}
              className="mt-5"
              onSubmit={(event) => {
                const field = event.currentTarget.elements.namedItem("secret");
                if (field instanceof HTMLInputElement) field.value = secret.current;
                setStarted(true);
              }}
            >
              {/* Without a value of React's, which would be put back when the sentence below appears. */}
              <input type="hidden" name="secret" />
              <Button type="submit" variant="primary" size="large" className="w-full">
                <Download aria-hidden className="size-5" />
                {t("download")}
              </Button>
            </form>
            <p role="status" className="mt-3 min-h-6 text-15 text-ink-muted">
              {started && t("started")}
            </p>
          </Card>
        </>
      )}
    </div>
  );
}
