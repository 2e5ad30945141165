"use client";

import { QrCode } from "lucide-react";
import { useTranslations } from "next-intl";
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { formatReceptionNumber } from "@/protocol/reception-number";

/** Big enough for a phone's camera at arm's length from a screen. */
const QR_SIZE_PX = 288;

/** The link as a QR code, for a customer in the same room or a window shared by other means. */
export function QrDialog({ number, link }: { number: string; link: string }) {
  const t = useTranslations("console.number");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog">
        <QrCode aria-hidden className="size-4" />
        {t("qr")}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t("qrTitle")}
        description={t("qrDescription")}
        className="max-w-md"
      >
        <div className="flex flex-col items-center gap-4">
          {/* White in both themes: cameras expect dark on light, with the quiet zone around it. */}
          <QRCodeSVG
            value={link}
            size={QR_SIZE_PX}
            level="M"
            marginSize={4}
            title={t("qrImage", { link })}
            className="h-auto max-w-full rounded"
          />
          <p className="font-semibold text-36 tabular-nums">{formatReceptionNumber(number)}</p>
          <p className="text-center text-13 text-ink-muted">{link}</p>
        </div>
      </Dialog>
    </>
  );
}
