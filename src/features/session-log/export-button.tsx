"use client";

import { Download } from "lucide-react";
import { useTimeZone, useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/button";
import { addLocalDays } from "@/lib/local-day";
import { exportQuery } from "./log-address";
import { useLogAddress } from "./use-log-address";

const never = () => () => undefined;

/** The sessions of the present filters as a file. A plain link: the browser streams it to the disk. */
export function ExportButton({ path }: { path: string }) {
  const t = useTranslations("sessionLog");
  const { address } = useLogAddress();
  const timeZone = useTimeZone() ?? "UTC";
  // The server does not know where the browser's days begin.
  const query = useSyncExternalStore(
    never,
    () => exportQuery(address, addLocalDays(new Date(), 0), timeZone),
    () => "",
  );
  return (
    <Button asChild>
      <a href={`${path}/export?${query}`} download>
        <Download aria-hidden className="size-4" />
        {t("export")}
      </a>
    </Button>
  );
}
