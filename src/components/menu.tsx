"use client";

import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";

const itemClasses =
  "flex min-h-9 select-none items-center gap-2 rounded-small px-3 py-1.5 text-15 outline-none data-disabled:opacity-55 data-highlighted:bg-accent-soft";

interface MenuProps {
  /** The button that opens it; it must take a ref and props, as Button does. */
  trigger: ReactNode;
  align?: "start" | "center" | "end";
  children: ReactNode;
}

/** A menu of actions behind one button. */
export function Menu({ trigger, align = "end", children }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          className="z-50 min-w-48 animate-appear rounded border border-line bg-surface p-1 text-ink shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** One action; `href` makes it a link. */
export function MenuItem({
  icon,
  onSelect,
  href,
  disabled,
  tone = "plain",
  children,
}: {
  icon?: ReactNode;
  onSelect?: () => void;
  href?: string;
  disabled?: boolean;
  tone?: "plain" | "stop";
  children: ReactNode;
}) {
  const className = cn(itemClasses, tone === "stop" && "text-stop-text");
  if (href !== undefined) {
    return (
      <DropdownMenu.Item asChild disabled={disabled}>
        <a href={href} className={className}>
          {icon}
          {children}
        </a>
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.Item className={className} disabled={disabled} onSelect={() => onSelect?.()}>
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}

/** One of several values, of which exactly one is chosen. */
export function MenuRadioGroup<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly { readonly value: Value; readonly label: string }[];
  onChange: (value: Value) => void;
}) {
  const choose = (next: string) => {
    const option = options.find((candidate) => candidate.value === next);
    if (option) onChange(option.value);
  };
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={choose} aria-label={label}>
      <MenuLabel>{label}</MenuLabel>
      {options.map((option) => (
        <DropdownMenu.RadioItem
          key={option.value}
          value={option.value}
          className={cn(itemClasses, "relative pl-8")}
        >
          <DropdownMenu.ItemIndicator className="absolute left-2">
            <Check aria-hidden className="size-4 text-accent" />
          </DropdownMenu.ItemIndicator>
          {option.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

/** Something that stays on or off; the menu closes, as the choice takes effect at once. */
export function MenuCheckItem({
  checked,
  onChange,
  disabled,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.CheckboxItem
      checked={checked}
      disabled={disabled}
      onCheckedChange={onChange}
      className={cn(itemClasses, "relative pl-8")}
    >
      <DropdownMenu.ItemIndicator className="absolute left-2">
        <Check aria-hidden className="size-4 text-accent" />
      </DropdownMenu.ItemIndicator>
      {children}
    </DropdownMenu.CheckboxItem>
  );
}

/** A heading inside a menu. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-3 py-1.5 text-13 text-ink-muted">{children}</DropdownMenu.Label>;
}

/** A hairline between groups. */
export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
