import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";

/** A key of the keyboard. */
export function Kbd({ inverted = false, children }: { inverted?: boolean; children: ReactNode }) {
  return (
    <kbd
      className={cn(
        "inline-flex h-5 min-w-5 items-center justify-center rounded-[4px] border px-1 font-sans text-13 leading-none",
        inverted ? "border-ground/40 text-ground" : "border-line-strong text-ink-muted",
      )}
    >
      {children}
    </kbd>
  );
}
