"use client";

import { Tabs as RadixTabs } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";

interface TabsProps<Value extends string> {
  /** What the tabs are about, for those who cannot see them side by side. */
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  tabs: readonly {
    readonly value: Value;
    readonly label: ReactNode;
    readonly content: ReactNode;
    /** Keeps the content in the page while another tab is shown, so that nothing typed is lost. */
    readonly keepMounted?: boolean;
  }[];
  className?: string;
  contentClassName?: string;
}

/** Several panels in one place, one shown at a time. */
export function Tabs<Value extends string>({
  label,
  value,
  onChange,
  tabs,
  className,
  contentClassName,
}: TabsProps<Value>) {
  const choose = (next: string) => {
    const tab = tabs.find((candidate) => candidate.value === next);
    if (tab) onChange(tab.value);
  };
  return (
    <RadixTabs.Root value={value} onValueChange={choose} className={cn("flex flex-col", className)}>
      <RadixTabs.List aria-label={label} className="flex shrink-0 gap-1 border-line border-b px-2">
        {tabs.map((tab) => (
          <RadixTabs.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px h-10 border-transparent border-b-2 px-3 font-semibold text-15 text-ink-muted hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {tab.label}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content
          key={tab.value}
          value={tab.value}
          {...(tab.keepMounted ? { forceMount: true as const } : {})}
          className={cn("min-h-0 flex-1 data-[state=inactive]:hidden", contentClassName)}
        >
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
