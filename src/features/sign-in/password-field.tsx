"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, type KeyboardEvent, useState } from "react";
import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";

/** The password, which can be looked at, with a word when Caps Lock would spoil it. */
export function PasswordField({ error, ...rest }: Omit<ComponentProps<typeof TextField>, "label" | "type">) {
  const t = useTranslations("signIn");
  const [isShown, setIsShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <TextField
      {...rest}
      label={t("password")}
      type={isShown ? "text" : "password"}
      autoComplete="current-password"
      autoCapitalize="none"
      spellCheck={false}
      onKeyDown={watchCapsLock}
      onKeyUp={watchCapsLock}
      error={error ?? (capsLock ? t("capsLock") : undefined)}
      aria-invalid={error !== undefined || undefined}
      trailing={
        <Button
          variant="quiet"
          size="small"
          square
          aria-label={t(isShown ? "hidePassword" : "showPassword")}
          aria-pressed={isShown}
          onClick={() => setIsShown(!isShown)}
        >
          {isShown ? <EyeOff aria-hidden className="size-5" /> : <Eye aria-hidden className="size-5" />}
        </Button>
      }
    />
  );
}
