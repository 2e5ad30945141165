"use client";

import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names";
import { TextField } from "./text-field";

/** Digits of the codes that authenticator apps show (RFC 6238, as all of them do it). */
export const ONE_TIME_CODE_LENGTH = 6;

interface OneTimeCodeFieldProps
  extends Omit<ComponentProps<typeof TextField>, "value" | "onChange" | "type" | "fieldSize"> {
  value: string;
  /** Told the digits alone: spaces and full-width digits are understood. */
  onChange: (digits: string) => void;
  /** Told when the last digit has come, so that nobody has to press anything. */
  onComplete?: (digits: string) => void;
}

/** The six digits of an authenticator app: numeric keyboard, filled in by the phone where it can. */
export function OneTimeCodeField({ onChange, onComplete, className, ...rest }: OneTimeCodeFieldProps) {
  return (
    <TextField
      {...rest}
      className={cn("[&_input]:tracking-[0.3em] [&_label]:text-15", className)}
      fieldSize="large"
      inputMode="numeric"
      autoComplete="one-time-code"
      spellCheck={false}
      onChange={(event) => {
        const digits = event.target.value.normalize("NFKC").replace(/\D/g, "").slice(0, ONE_TIME_CODE_LENGTH);
        onChange(digits);
        if (digits.length === ONE_TIME_CODE_LENGTH && digits !== rest.value) onComplete?.(digits);
      }}
    />
  );
}
