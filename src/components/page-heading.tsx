import type { ReactNode } from "react";

interface PageHeadingProps {
  title: string;
  description?: ReactNode;
  /** Buttons; the main one last. */
  actions?: ReactNode;
}

/** The name of a page, what it is for, and what can be done on all of it. */
export function PageHeading({ title, description, actions }: PageHeadingProps) {
  return (
    <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="font-semibold text-24">{title}</h1>
        {description !== undefined && <p className="mt-1 max-w-2xl text-15 text-ink-muted">{description}</p>}
      </div>
      {/* On a phone they fill their rows, so that none stands alone in a ragged one. */}
      {actions !== undefined && (
        <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:[&>*]:grow">{actions}</div>
      )}
    </div>
  );
}
