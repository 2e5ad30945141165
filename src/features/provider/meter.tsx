import { cn } from "@/lib/class-names";

/** A share of a whole as a bar. It repeats the figures beside it, so it is silent for those who do not see it. */
export function Meter({
  share,
  tone = "accent",
  className,
}: {
  /** 0 to 1; more counts as 1. */
  share: number;
  tone?: "accent" | "warn" | "stop";
  className?: string;
}) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div aria-hidden className={cn("h-1.5 w-full overflow-hidden rounded-full bg-sunken", className)}>
      <div
        className={cn("h-full rounded-full", { accent: "bg-accent", warn: "bg-warn", stop: "bg-stop" }[tone])}
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}

/** The colour of a share that should not reach the whole. */
export function fullness(share: number): "accent" | "warn" | "stop" {
  if (share >= 1) return "stop";
  return share >= 0.8 ? "warn" : "accent";
}
