"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Dialog } from "@/components/dialog";
import type { DeviceInformation } from "@/protocol/device-information";
import type { SessionLogRow } from "@/protocol/session-views";
import { useRowWords } from "./use-row-words";

/** Everything that is stored about one session, at the page's right edge; on a phone over the whole page. */
export function SessionSheet({ row, onClose }: { row: SessionLogRow | null; onClose: () => void }) {
  const t = useTranslations("admin.sheet");
  return (
    <Dialog
      open={row !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title")}
      description={t("description")}
      className="top-0 right-0 left-auto h-dvh max-h-dvh w-full max-w-md translate-x-0 translate-y-0 rounded-none border-y-0 border-r-0"
    >
      {row && <SheetBody row={row} />}
    </Dialog>
  );
}

function SheetBody({ row }: { row: SessionLogRow }) {
  const t = useTranslations("admin.sheet");
  const format = useFormatter();
  const words = useRowWords();
  const moment = (at: Date | null) =>
    at === null ? t("never") : format.dateTime(at, { dateStyle: "medium", timeStyle: "medium" });
  return (
    <div className="space-y-8 pt-2">
      <Facts
        heading={t("session")}
        facts={[
          [t("operator"), row.operatorName],
          [t("requested"), moment(row.createdAt)],
          [t("started"), moment(row.startedAt)],
          [t("ended"), moment(row.endedAt)],
          [t("duration"), words.duration(row)],
          [t("reason"), words.endReason(row)],
          [t("traffic"), words.traffic(row)],
          [
            t("id"),
            <span key="id" className="break-all text-13">
              {row.sessionId}
            </span>,
          ],
        ]}
      />
      {row.device ? (
        <DeviceFacts device={row.device} />
      ) : (
        <section>
          <h3 className="font-semibold text-15">{t("deviceHeading")}</h3>
          <p className="mt-2 text-15 text-ink-muted">{t("noDevice")}</p>
        </section>
      )}
    </div>
  );
}

function DeviceFacts({ device }: { device: DeviceInformation }) {
  const t = useTranslations("admin.sheet");
  const locale = useLocale();
  const size = { width: String(device.screenWidth), height: String(device.screenHeight) };
  return (
    <Facts
      heading={t("deviceHeading")}
      facts={[
        [t("browser"), `${device.browserName} ${device.browserVersion}`.trim()],
        [t("os"), `${device.osName} ${device.osVersion}`.trim()],
        [
          t("screen"),
          device.devicePixelRatio === 1
            ? t("screenSize", size)
            : t("screenScale", {
                ...size,
                ratio: new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(
                  device.devicePixelRatio,
                ),
              }),
        ],
        [t("language"), device.language],
      ]}
    />
  );
}

function Facts({
  heading,
  facts,
}: {
  heading: string;
  facts: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <section>
      <h3 className="font-semibold text-15">{heading}</h3>
      <dl className="mt-2 divide-y divide-line border-line border-y">
        {facts.map(([name, value]) => (
          <div key={name} className="grid grid-cols-[40%_1fr] gap-4 py-2 text-15">
            <dt className="text-ink-muted">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
