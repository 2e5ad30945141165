import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names";

/**
 * A dense, quiet table. Too wide for the window, it scrolls sideways by itself, with the arrow keys too: hence the focus.
 *
 * @param props.label what the table holds, for people who do not see it
 */
export function Table({ className, children, label, ...rest }: ComponentProps<"table"> & { label: string }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable with the keyboard (WCAG 2.1.1)
      tabIndex={0}
      className="overflow-x-auto rounded border border-line bg-surface"
    >
      <table className={cn("w-full border-collapse text-left text-15", className)} {...rest}>
        {children}
      </table>
    </section>
  );
}

/** The head of a table; it stays in sight when the page scrolls inside its container. */
export function TableHead({ className, ...rest }: ComponentProps<"thead">) {
  return <thead className={cn("sticky top-0 bg-sunken text-13 text-ink-muted", className)} {...rest} />;
}

/** The rows of a table. */
export function TableBody(props: ComponentProps<"tbody">) {
  return <tbody {...props} />;
}

/** One row. */
export function TableRow({ className, ...rest }: ComponentProps<"tr">) {
  return <tr className={cn("border-line border-b last:border-b-0", className)} {...rest} />;
}

/** The name of a column; `numeric` puts it to the right, over its figures. */
export function TableHeaderCell({
  numeric = false,
  className,
  ...rest
}: ComponentProps<"th"> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      className={cn("whitespace-nowrap px-3 py-2 font-semibold", numeric && "text-right", className)}
      {...rest}
    />
  );
}

/** One value; figures stand to the right. */
export function TableCell({
  numeric = false,
  className,
  ...rest
}: ComponentProps<"td"> & { numeric?: boolean }) {
  return (
    <td
      className={cn("px-3 py-2.5 align-top", numeric && "whitespace-nowrap text-right", className)}
      {...rest}
    />
  );
}
