"use client";

import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names";

interface CheckFieldProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
  hint?: ReactNode;
}

/** Yes or no, to be sent with a form. For what takes effect at once there is Switch. */
export function CheckField({ label, hint, className, id, ...rest }: CheckFieldProps) {
  const ownId = useId();
  const checkId = id ?? ownId;
  return (
    <div className={cn("flex gap-3", className)}>
      <input
        type="checkbox"
        id={checkId}
        aria-describedby={hint === undefined ? undefined : `${checkId}-hint`}
        className="mt-1 size-5 shrink-0 accent-accent disabled:opacity-55"
        {...rest}
      />
      <div className="min-w-0">
        <label htmlFor={checkId} className="block py-0.5 font-semibold text-15">
          {label}
        </label>
        {hint !== undefined && (
          <div id={`${checkId}-hint`} className="text-13 text-ink-muted">
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}
