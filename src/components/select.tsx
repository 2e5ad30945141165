"use client";

import { Check, ChevronDown } from "lucide-react";
import { Select as RadixSelect } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";

interface SelectProps<Value extends string> {
  /** The accessible name; shown as text by the caller when there is room. */
  label: string;
  value: Value;
  options: readonly { readonly value: Value; readonly label: string }[];
  onChange: (value: Value) => void;
  icon?: ReactNode;
  disabled?: boolean;
  className?: string;
}

/** One of a few values, in a list that opens. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChange,
  icon,
  disabled,
  className,
}: SelectProps<Value>) {
  const choose = (next: string) => {
    const option = options.find((candidate) => candidate.value === next);
    if (option) onChange(option.value);
  };
  return (
    <RadixSelect.Root value={value} onValueChange={choose} disabled={disabled}>
      <RadixSelect.Trigger
        aria-label={label}
        className={cn(
          "inline-flex h-10 items-center gap-2 rounded border border-line-strong bg-surface px-3 text-15 hover:bg-sunken",
          className,
        )}
      >
        {icon}
        <RadixSelect.Value />
        <RadixSelect.Icon>
          <ChevronDown aria-hidden className="size-4 text-ink-muted" />
        </RadixSelect.Icon>
      </RadixSelect.Trigger>
      <RadixSelect.Portal>
        <RadixSelect.Content
          position="popper"
          sideOffset={4}
          className="z-50 min-w-(--radix-select-trigger-width) animate-appear overflow-hidden rounded border border-line bg-surface p-1 text-ink shadow-float"
        >
          <RadixSelect.Viewport>
            {options.map((option) => (
              <RadixSelect.Item
                key={option.value}
                value={option.value}
                className="relative flex h-9 select-none items-center rounded-small pr-3 pl-8 text-15 outline-none data-highlighted:bg-accent-soft"
              >
                <RadixSelect.ItemIndicator className="absolute left-2">
                  <Check aria-hidden className="size-4 text-accent" />
                </RadixSelect.ItemIndicator>
                <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
              </RadixSelect.Item>
            ))}
          </RadixSelect.Viewport>
        </RadixSelect.Content>
      </RadixSelect.Portal>
    </RadixSelect.Root>
  );
}
