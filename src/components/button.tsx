import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { cn } from "@/lib/class-names";

/** The looks of a button, for the rare element that must look like one without being one. */
export const buttonClasses = cva(
  [
    "relative inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded border border-transparent",
    "font-semibold transition-colors not-aria-busy:aria-disabled:opacity-55 disabled:opacity-55",
  ],
  {
    variants: {
      variant: {
        primary: "bg-accent text-on-accent hover:bg-accent-hover",
        secondary: "border-line-strong bg-surface text-ink hover:bg-sunken",
        quiet: "text-ink hover:bg-sunken",
        stop: "bg-stop text-on-stop hover:bg-stop-hover",
      },
      size: {
        small: "h-8 px-3 text-13",
        medium: "h-10 px-4 text-15",
        large: "min-h-14 whitespace-normal px-6 py-3 text-18",
      },
      square: { true: "px-0", false: "" },
    },
    compoundVariants: [
      { square: true, size: "small", class: "w-8" },
      { square: true, size: "medium", class: "w-10" },
      { square: true, size: "large", class: "w-14" },
    ],
    defaultVariants: { variant: "secondary", size: "medium", square: false },
  },
);

export interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonClasses> {
  /** Shows a spinner in place of the label, at the same width, and swallows presses; the focus stays where it is. */
  busy?: boolean;
  /** Renders the one child element (a link) with the looks of a button. */
  asChild?: boolean;
  children: ReactNode;
}

/**
 * A button. `primary` at most once per screen; `stop` only for what ends a session; `large` (56 px) on customer pages;
 * `square` for an icon alone, which then needs an `aria-label`.
 */
export function Button({
  variant,
  size,
  square,
  busy = false,
  asChild = false,
  className,
  children,
  onClick,
  type,
  ...rest
}: ButtonProps) {
  const classes = cn(buttonClasses({ variant, size, square }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy) {
      event.preventDefault();
      return;
    }
    onClick?.(event);
  };
  return (
    <button
      type={type ?? "button"}
      className={classes}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={press}
      {...rest}
    >
      {/* Only made transparent: the label keeps its width and stays the button's name. */}
      <span className={cn("inline-flex items-center justify-center gap-2", busy && "opacity-0")}>
        {children}
      </span>
      {busy && <LoaderCircle aria-hidden className="absolute size-5 animate-spin" />}
    </button>
  );
}
