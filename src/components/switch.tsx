"use client";

import { Switch as RadixSwitch } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names";

interface SwitchProps {
  label: string;
  description?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  /** `large`: 18 px text and a 56 px row, for customer pages. */
  size?: "medium" | "large";
  className?: string;
}

/** On or off, at once. The whole row can be pressed. */
export function Switch({
  label,
  description,
  checked,
  onChange,
  disabled,
  size = "medium",
  className,
}: SwitchProps) {
  const id = useId();
  return (
    <div
      className={cn(
        "flex items-center justify-between gap-4",
        size === "large" ? "min-h-14" : "min-h-10",
        className,
      )}
    >
      <label htmlFor={id} className={cn("flex-1", size === "large" ? "text-18" : "text-15")}>
        <span className="font-semibold">{label}</span>
        {description !== undefined && (
          <span
            id={`${id}-description`}
            className={cn("block text-ink-muted", size === "large" ? "text-18" : "text-13")}
          >
            {description}
          </span>
        )}
      </label>
      <RadixSwitch.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-label={label}
        aria-describedby={description === undefined ? undefined : `${id}-description`}
        className={cn(
          "relative shrink-0 rounded-full border border-line-strong bg-sunken transition-colors disabled:opacity-55 data-[state=checked]:border-accent data-[state=checked]:bg-accent",
          size === "large" ? "h-8 w-14" : "h-6 w-11",
        )}
      >
        <RadixSwitch.Thumb
          className={cn(
            "block translate-x-[3px] rounded-full bg-ink-muted transition-transform data-[state=checked]:bg-on-accent",
            size === "large"
              ? "size-6 data-[state=checked]:translate-x-[27px]"
              : "size-4 data-[state=checked]:translate-x-[23px]",
          )}
        />
      </RadixSwitch.Root>
    </div>
  );
}
