"use client";

import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names";
import { controlClasses, Field, type FieldWords } from "./field";

interface SelectFieldProps extends ComponentProps<"select">, FieldWords {
  options: readonly { readonly value: string; readonly label: string; readonly disabled?: boolean }[];
}

/** One of a few values. The browser's own list: it works with every keyboard, screen reader and phone. */
export function SelectField({ label, hint, error, options, className, id, ...rest }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} id={id} className={className}>
      {(control) => (
        <div className="relative">
          <select className={cn(controlClasses, "appearance-none pr-10")} {...control} {...rest}>
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown
            aria-hidden
            className="pointer-events-none absolute inset-y-0 right-3 my-auto size-4 text-ink-muted"
          />
        </div>
      )}
    </Field>
  );
}
