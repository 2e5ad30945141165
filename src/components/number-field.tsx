"use client";

import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names";
import { controlClasses, Field, type FieldWords } from "./field";

interface NumberFieldProps extends ComponentProps<"input">, FieldWords {
  /** Behind the figure: minutes, days, seats. */
  unit?: string;
}

/** A whole number with its unit. */
export function NumberField({ label, hint, error, unit, className, id, ...rest }: NumberFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} id={id} className={className}>
      {(control) => (
        <div className="flex items-center gap-3">
          <input
            type="number"
            inputMode="numeric"
            step={1}
            className={cn(controlClasses, "w-28 text-right")}
            {...control}
            {...rest}
          />
          {unit !== undefined && <span className="text-15 text-ink-muted">{unit}</span>}
        </div>
      )}
    </Field>
  );
}
