import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";

/** What a state means: the words say it, the colour repeats it. */
export type Tone = "neutral" | "accent" | "good" | "warn" | "stop";

const badgeTones: Readonly<Record<Tone, string>> = {
  neutral: "bg-sunken text-ink-muted",
  accent: "bg-accent-soft text-accent",
  good: "bg-good-soft text-good-text",
  warn: "bg-warn-soft text-warn-text",
  stop: "bg-stop-soft text-stop-text",
};

const dotTones: Readonly<Record<Tone, string>> = {
  neutral: "bg-line-strong",
  accent: "bg-accent",
  good: "bg-good",
  warn: "bg-warn",
  stop: "bg-stop",
};

/** A short word on a pale ground. */
export function Badge({
  tone = "neutral",
  className,
  children,
}: {
  tone?: Tone;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 whitespace-nowrap rounded-small px-2 py-0.5 font-semibold text-13",
        badgeTones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

/** A state in words, with a dot of its colour in front; `active` lets the dot breathe while something is going on. */
export function StatusDot({
  tone = "neutral",
  active = false,
  className,
  children,
}: {
  tone?: Tone;
  active?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span className={cn("inline-flex items-baseline gap-2", className)}>
      {/* Beside the first line, however many there are. */}
      <span
        aria-hidden
        className={cn("size-2.5 shrink-0 rounded-full", dotTones[tone], active && "animate-breathe")}
      />
      <span>{children}</span>
    </span>
  );
}
