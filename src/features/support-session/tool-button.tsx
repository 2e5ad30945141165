"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { Tooltip } from "@/components/tooltip";
import { cn } from "@/lib/class-names";

interface ToolButtonProps {
  id?: string;
  icon: ReactNode;
  /** Also the accessible name. */
  label: string;
  /** What it does, on hover and focus. */
  hint: string;
  shortcut?: string;
  /** A tool that stays on; undefined: a button that acts once. */
  pressed?: boolean;
  /** Why it cannot be used now. It can still be reached, so that the reason can be read. */
  unavailable?: string | null;
  /** The label is left to the hint and the accessible name where there is no room for it; `always`: everywhere. */
  compact?: boolean | "always";
  /** A number at its corner; 0: none. */
  badge?: number;
  onPress: () => void;
}

/** A tool of the strip: the same looks on or off, except for one clear pressed state. */
export function ToolButton({
  id,
  icon,
  label,
  hint,
  shortcut,
  pressed,
  unavailable,
  compact = false,
  badge = 0,
  onPress,
}: ToolButtonProps) {
  const off = typeof unavailable === "string";
  return (
    <Tooltip label={unavailable ?? hint} shortcut={off ? undefined : shortcut} side="bottom">
      <Button
        id={id}
        variant="quiet"
        size="medium"
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={off || undefined}
        aria-keyshortcuts={shortcut}
        className={cn(
          "px-3 font-normal aria-disabled:hover:bg-transparent [&_svg]:size-5",
          pressed && "border-accent bg-accent-soft text-accent hover:bg-accent-soft",
        )}
        onClick={() => {
          if (!off) onPress();
        }}
      >
        {icon}
        {compact !== "always" && (
          <span className={compact ? "hidden 2xl:inline" : "hidden sm:inline"}>{label}</span>
        )}
        {badge > 0 && (
          <span
            aria-hidden
            className="absolute -top-0.5 -right-0.5 grid h-5 min-w-5 place-items-center rounded-full bg-stop px-1 text-13 text-on-stop"
          >
            {badge > 9 ? "9+" : badge}
          </span>
        )}
      </Button>
    </Tooltip>
  );
}
