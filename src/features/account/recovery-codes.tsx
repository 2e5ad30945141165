"use client";

import { Download, Printer } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { CheckField } from "@/components/check-field";
import { CopyButton } from "@/components/copy-button";
import { downloadText, formatRecoveryCodes, printText } from "./keep-recovery-codes";

const FILE_NAME = "madoguchi-recovery-codes.txt";

interface RecoveryCodesProps {
  codes: readonly string[];
  /** Whose they are, written on the paper. */
  account: string;
  onDone: () => void;
}

/** The codes, shown this once, with three ways to keep them. Only who says that they are kept can go on. */
export function RecoveryCodes({ codes, account, onDone }: RecoveryCodesProps) {
  const t = useTranslations("account.recovery");
  const [kept, setKept] = useState(false);
  const text = formatRecoveryCodes({
    heading: t("fileHeading"),
    account: t("fileAccount", { account }),
    detail: t("fileDetail"),
    codes,
  });
  return (
    <div>
      <p className="text-15 text-ink-muted">{t("shownDetail")}</p>
      <ul
        aria-label={t("listLabel")}
        className="mt-4 grid grid-cols-2 gap-x-6 gap-y-2 rounded bg-sunken px-5 py-4 font-mono text-15"
      >
        {codes.map((code) => (
          <li key={code} className="whitespace-nowrap">
            {code}
          </li>
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap gap-2 [&>button]:flex-1">
        <CopyButton text={codes.join("\n")} label={t("copy")} />
        <Button onClick={() => downloadText(text, FILE_NAME)}>
          <Download aria-hidden className="size-4" />
          {t("download")}
        </Button>
        <Button onClick={() => printText(text)}>
          <Printer aria-hidden className="size-4" />
          {t("print")}
        </Button>
      </div>
      <CheckField
        label={t("kept")}
        checked={kept}
        onChange={(event) => setKept(event.target.checked)}
        className="mt-5"
      />
      <Button variant="primary" disabled={!kept} onClick={onDone} className="mt-4 h-12 w-full text-15">
        {t("done")}
      </Button>
    </div>
  );
}
