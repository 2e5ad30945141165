"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, type KeyboardEvent, useState } from "react";
import { Button } from "./button";
import { TextField } from "./text-field";

interface PasswordFieldProps extends Omit<ComponentProps<typeof TextField>, "type" | "trailing"> {
  /** Tells password managers whether to fill in or to make one up. */
  autoComplete: "current-password" | "new-password";
}

/** A password, which can be looked at, with a word when Caps Lock would spoil it. */
export function PasswordField({ error, ...rest }: PasswordFieldProps) {
  const t = useTranslations("signIn");
  const [isShown, setIsShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <TextField
      {...rest}
      type={isShown ? "text" : "password"}
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
