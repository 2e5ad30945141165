import { cn } from "@/lib/class-names";

/** Stands in for something that is loading, in its size (given as classes), so that nothing jumps when it comes. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-breathe rounded-small bg-sunken", className)} />;
}
