"use client";

import { CircleAlert } from "lucide-react";
import { Label } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names";

/** What every field has beside its control. */
export interface FieldWords {
  /** Always visible; also the control's accessible name. */
  label: string;
  hint?: ReactNode;
  /** A whole sentence; marks the control as invalid. */
  error?: string | undefined;
}

/** What the control takes from its field. */
export interface ControlProps {
  readonly id: string;
  readonly "aria-invalid": true | undefined;
  readonly "aria-describedby": string | undefined;
}

interface FieldProps extends FieldWords {
  id?: string | undefined;
  className?: string | undefined;
  size?: "medium" | "large";
  children: (control: ControlProps) => ReactNode;
}

/** The looks of a control one line high. */
export const controlClasses =
  "h-11 w-full text-ellipsis rounded border border-line-strong bg-surface px-3 text-15 text-ink placeholder:text-ink-muted disabled:opacity-55 aria-invalid:border-stop-text";

/** A label above, a hint and the error below, all tied to one control. The room of the error line is reserved. */
export function Field({ label, hint, error, id, className, size = "medium", children }: FieldProps) {
  const ownId = useId();
  const controlId = id ?? ownId;
  const hintId = `${controlId}-hint`;
  const errorId = `${controlId}-error`;
  const describedBy = cn(hint !== undefined && hintId, error !== undefined && errorId) || undefined;
  return (
    <div className={className}>
      <Label.Root
        htmlFor={controlId}
        className={cn("mb-1.5 block font-semibold", size === "large" ? "text-18" : "text-15")}
      >
        {label}
      </Label.Root>
      {children({
        id: controlId,
        "aria-invalid": error !== undefined || undefined,
        "aria-describedby": describedBy,
      })}
      {hint !== undefined && (
        <div id={hintId} className="mt-1.5 text-13 text-ink-muted">
          {hint}
        </div>
      )}
      <div
        id={errorId}
        aria-live="polite"
        className="mt-1 flex min-h-6 items-start gap-1.5 text-15 text-stop-text"
      >
        {error !== undefined && (
          <>
            <CircleAlert aria-hidden className="mt-1 size-4 shrink-0" />
            {error}
          </>
        )}
      </div>
    </div>
  );
}
