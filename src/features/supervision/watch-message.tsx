"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "@/components/button";

/** The watching page while there is no picture: what is going on, what to do, and the way back. */
export function WatchMessage({
  title,
  action,
  children,
}: {
  title: string;
  action?: ReactNode;
  children?: ReactNode;
}) {
  const t = useTranslations("supervision.watchPage");
  return (
    <main id="content" className="grid min-h-dvh place-items-center bg-sunken p-4">
      <div
        role="status"
        className="w-full max-w-lg rounded-large border border-line bg-surface px-6 py-8 text-center"
      >
        <h1 className="font-semibold text-24">{title}</h1>
        {children && <p className="mt-2 text-15 text-ink-muted">{children}</p>}
        <div className="mt-6 flex flex-wrap justify-center gap-3">
          {action}
          <Button asChild variant={action === undefined ? "primary" : "secondary"}>
            <Link href="/admin/live">{t("back")}</Link>
          </Button>
        </div>
      </div>
    </main>
  );
}
