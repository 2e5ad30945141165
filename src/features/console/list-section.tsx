import { type ReactNode, useId } from "react";
import { Skeleton } from "@/components/skeleton";

/** A customer or session: the clock, who it is, what to do. On a phone the buttons take a line of their own. */
export const rowClasses =
  "flex min-h-[92px] animate-appear flex-wrap items-center gap-x-4 gap-y-3 border-line border-b px-5 py-4 last:border-b-0";

interface ListSectionProps {
  /** With the count in it. */
  heading: string;
  empty: { title: string; detail: string };
  skeleton: ReactNode;
  /** Undefined: not known yet. */
  rows: readonly ReactNode[] | undefined;
}

/** One of the console's two lists. Its least height holds the empty sentence, a skeleton or a row, so that none of them jumps. */
export function ListSection({ heading, empty, skeleton, rows }: ListSectionProps) {
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} aria-busy={rows === undefined}>
      <h2 id={headingId} className="font-semibold text-18">
        {heading}
      </h2>
      <div className="mt-3 min-h-[94px] rounded-large border border-line bg-surface">
        {rows === undefined ? (
          skeleton
        ) : rows.length === 0 ? (
          <div className="flex min-h-[92px] flex-col justify-center px-5 py-4">
            <p className="text-15">{empty.title}</p>
            <p className="text-13 text-ink-muted">{empty.detail}</p>
          </div>
        ) : (
          <ul>{rows}</ul>
        )}
      </div>
    </section>
  );
}

/** A row that is loading. */
export function RowSkeleton() {
  return (
    <div className="flex min-h-[92px] flex-col justify-center gap-2 px-5 py-4">
      <Skeleton className="h-5 w-40" />
      <Skeleton className="h-4 w-64 max-w-full" />
    </div>
  );
}
