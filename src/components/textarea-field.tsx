"use client";

import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names";
import { controlClasses, Field, type FieldWords } from "./field";

/** Several lines of text to fill in. */
export function TextareaField({
  label,
  hint,
  error,
  className,
  id,
  rows = 4,
  ...rest
}: ComponentProps<"textarea"> & FieldWords) {
  return (
    <Field label={label} hint={hint} error={error} id={id} className={className}>
      {(control) => (
        <textarea
          rows={rows}
          className={cn(controlClasses, "h-auto min-h-11 resize-y py-2.5")}
          {...control}
          {...rest}
        />
      )}
    </Field>
  );
}
