"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Announcer } from "./announcer";
import { Button, type ButtonProps } from "./button";

const SHOWN_MS = 2_000;

interface CopyButtonProps extends Omit<ButtonProps, "children" | "onClick" | "asChild"> {
  /** What is copied. */
  text: string;
  /** What the button is called; *Copy* unless given. */
  label?: string;
}

/** Copies a text, and says so in place of its label for two seconds, at the same width. */
export function CopyButton({ text, label, ...rest }: CopyButtonProps) {
  const t = useTranslations("common");
  const [outcome, setOutcome] = useState<"none" | "copied" | "failed">("none");
  useEffect(() => {
    if (outcome === "none") return;
    const timer = setTimeout(() => setOutcome("none"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    copyText(text).then(
      () => setOutcome("copied"),
      () => setOutcome("failed"),
    );
  };
  const isCopied = outcome === "copied";
  return (
    <>
      <Button {...rest} onClick={copy}>
        {isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
        {/* Both words lie in one cell, so that the wider one sets the width. */}
        <span className="grid text-center">
          <span className={isCopied ? "invisible [grid-area:1/1]" : "[grid-area:1/1]"}>
            {label ?? t("copy")}
          </span>
          <span aria-hidden className={isCopied ? "[grid-area:1/1]" : "invisible [grid-area:1/1]"}>
            {t("copied")}
          </span>
        </span>
      </Button>
      <Announcer message={outcome === "none" ? "" : isCopied ? t("copied") : t("copyFailed")} />
    </>
  );
}

/** @throws when the browser refuses, or has no clipboard because the page is not served securely */
async function copyText(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error("No clipboard here");
  await navigator.clipboard.writeText(text);
}
