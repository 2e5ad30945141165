"use client";

import { CircleAlert } from "lucide-react";
import { Label } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names";

interface TextFieldProps extends ComponentProps<"input"> {
  /** Always visible; also the field's accessible name. */
  label: string;
  hint?: ReactNode;
  /** A whole sentence; marks the field as invalid. */
  error?: string | undefined;
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
  const ownId = useId();
  const fieldId = id ?? ownId;
  const hintId = `${fieldId}-hint`;
  const errorId = `${fieldId}-error`;
  const describedBy = cn(hint !== undefined && hintId, error !== undefined && errorId) || undefined;
  return (
    <div className={className}>
      <Label.Root
        htmlFor={fieldId}
        className={cn("mb-1.5 block font-semibold", fieldSize === "large" ? "text-18" : "text-15")}
      >
        {label}
      </Label.Root>
      <div className="relative">
        <input
          id={fieldId}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={describedBy}
          className={cn(
            "w-full rounded border border-line-strong bg-surface text-ink placeholder:text-ink-muted",
            "disabled:opacity-55 aria-invalid:border-stop-text",
            fieldSize === "large" ? "h-14 px-4 text-18" : "h-11 px-3 text-15",
            trailing !== undefined && "pr-12",
          )}
          {...rest}
        />
        {trailing !== undefined && (
          <div className="absolute inset-y-0 right-1 flex items-center">{trailing}</div>
        )}
      </div>
      {hint !== undefined && (
        <div id={hintId} className="mt-1.5 text-13 text-ink-muted">
          {hint}
        </div>
      )}
      <div
        id={errorId}
        aria-live="polite"
        className="mt-1 mb-2 flex min-h-6 items-center gap-1.5 text-15 text-stop-text"
      >
        {error !== undefined && (
          <>
            <CircleAlert aria-hidden className="size-4 shrink-0" />
            {error}
          </>
        )}
      </div>
    </div>
  );
}
