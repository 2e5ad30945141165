"use client";

import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/class-names";
import { controlClasses, Field, type FieldWords } from "./field";

interface TextFieldProps extends ComponentProps<"input">, FieldWords {
  /** A control inside the field's right end, such as a show-password toggle. */
  trailing?: ReactNode;
  fieldSize?: "medium" | "large";
}

/** A line of text to fill in, with its label, hint and error tied to it. The room of the error line is reserved. */
export function TextField({
  label,
  hint,
  error,
  trailing,
  fieldSize = "medium",
  className,
  id,
  ...rest
}: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} id={id} size={fieldSize} className={cn("mb-2", className)}>
      {(control) => (
        <div className="relative">
          <input
            className={cn(
              controlClasses,
              fieldSize === "large" && "h-14 px-4 text-18",
              trailing !== undefined && "pr-12",
            )}
            {...control}
            {...rest}
          />
          {trailing !== undefined && (
            <div className="absolute inset-y-0 right-1 flex items-center">{trailing}</div>
          )}
        </div>
      )}
    </Field>
  );
}
