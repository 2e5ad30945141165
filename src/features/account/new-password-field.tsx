"use client";

import { Circle, CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { PasswordField } from "@/components/password-field";
import { cn } from "@/lib/class-names";
import type { ErrorCode } from "@/lib/error-table";
import { checkPassword } from "./password-checks";

interface NewPasswordFieldProps
  extends Omit<ComponentProps<typeof PasswordField>, "label" | "autoComplete" | "value" | "hint"> {
  value: string;
  /** The account's ID and company code, as far as they are known. */
  codes: readonly string[];
}

/** A new password, with the rule beside it, part by part, as it is typed. */
export function NewPasswordField({ value, codes, ...rest }: NewPasswordFieldProps) {
  const t = useTranslations("account");
  return (
    <PasswordField
      {...rest}
      label={t("newPassword")}
      autoComplete="new-password"
      value={value}
      hint={<Checklist password={value} codes={codes} />}
    />
  );
}

function Checklist({ password, codes }: { password: string; codes: readonly string[] }) {
  const t = useTranslations("account.rules");
  const checks = checkPassword(password, codes);
  const shown = (["length", "characters", "ownCode"] as const).map((check) => ({
    check,
    met: checks[check],
  }));
  return (
    <>
      <ul aria-label={t("heading")} className="mt-2 grid gap-1">
        {shown.map(({ check, met }) => (
          <li key={check} className={cn("flex items-start gap-2", met ? "text-good-text" : "text-ink-muted")}>
            {met ? (
              <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 ja:mt-1" />
            ) : (
              <Circle aria-hidden className="mt-0.5 size-4 shrink-0 ja:mt-1" />
            )}
            <span>
              {t(check)}
              <span className="sr-only"> ({t(met ? "met" : "open")})</span>
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-2">{t("checkedLater")}</p>
    </>
  );
}

/** Refusals that are about the new password itself: they belong under its field. */
export function isAboutNewPassword(code: ErrorCode): boolean {
  return code === "PASSWORD_RULE" || code === "PASSWORD_COMMON" || code === "PASSWORD_REUSED";
}

/** Whether everything that the browser can check is kept. */
export function keepsRule(password: string, codes: readonly string[]): boolean {
  return Object.values(checkPassword(password, codes)).every(Boolean);
}
