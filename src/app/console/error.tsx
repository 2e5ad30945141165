"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { AppHeader } from "@/components/app-header";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";

/** What is shown when a page of the console broke; numbers and sessions live on the server and go on. */
export default function ConsoleError({ error, reset }: { error: Error; reset: () => void }) {
  const common = useTranslations("common");
  useEffect(() => {
    console.error(error);
  }, [error]);
  return (
    <>
      <AppHeader home="/console" />
      <main id="content" className="mx-auto w-full max-w-customer px-4 py-12">
        <ErrorNotice
          code="INTERNAL"
          action={
            <Button variant="primary" onClick={reset}>
              {common("tryAgain")}
            </Button>
          }
        />
      </main>
    </>
  );
}
