"use client";

import { Tooltip as RadixTooltip } from "radix-ui";
import type { ReactNode } from "react";
import { Kbd } from "./kbd";

interface TooltipProps {
  label: ReactNode;
  /** A key that does the same, as it is printed on the keyboard: `N`. */
  shortcut?: string;
  side?: "top" | "right" | "bottom" | "left";
  /** The control itself; it must take a ref and props, as Button does. */
  children: ReactNode;
}

/** A word about a control on hover and focus, with its shortcut. It never holds what cannot be found elsewhere. */
export function Tooltip({ label, shortcut, side = "top", children }: TooltipProps) {
  return (
    <RadixTooltip.Provider delayDuration={400}>
      <RadixTooltip.Root>
        <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
        <RadixTooltip.Portal>
          <RadixTooltip.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 flex max-w-72 animate-appear items-center gap-2 rounded-small bg-ink px-2.5 py-1.5 text-13 text-ground"
          >
            {label}
            {shortcut !== undefined && <Kbd inverted>{shortcut}</Kbd>}
          </RadixTooltip.Content>
        </RadixTooltip.Portal>
      </RadixTooltip.Root>
    </RadixTooltip.Provider>
  );
}
