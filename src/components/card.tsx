import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names";

/** A surface one step above the ground, with a hairline around it. */
export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section className={cn("rounded-large border border-line bg-surface p-6", className)} {...rest} />;
}
