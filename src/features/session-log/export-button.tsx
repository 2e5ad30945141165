"use client";

import { Download } from "lucide-react";
import { useTimeZone, useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { exportQuery } from "./log-address";
import { useLogAddress } from "./use-log-address";

/** The sessions of the present filters as a file. A plain link: the browser streams it to the disk. */
export function ExportButton({ path }: { path: string }) {
  const t = useTranslations("sessionLog");
  const { address } = useLogAddress();
  const timeZone = useTimeZone() ?? "UTC";
  return (
    <Button asChild>
      <a href={`${path}/export?${exportQuery(address, new Date(), timeZone)}`} download>
        <Download aria-hidden className="size-4" />
        {t("export")}
      </a>
    </Button>
  );
}
