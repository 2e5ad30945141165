import { type ReactNode, useId } from "react";
import { Card } from "@/components/card";
import { cn } from "@/lib/class-names";

interface SectionProps {
  heading: string;
  detail?: ReactNode;
  /** The main button of the section. */
  action?: ReactNode;
  children?: ReactNode;
}

/** One matter of the account in a card of its own. */
export function Section({ heading, detail, action, children }: SectionProps) {
  const headingId = useId();
  return (
    <Card aria-labelledby={headingId} className="p-0">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 p-5 sm:p-6">
        <div className="min-w-0 flex-1 basis-64">
          <h2 id={headingId} className="font-semibold text-18">
            {heading}
          </h2>
          {detail !== undefined && <div className="mt-1 text-15 text-ink-muted">{detail}</div>}
        </div>
        {action}
      </div>
      {children}
    </Card>
  );
}

/** What a section lists, row by row, under a hairline. */
export function SectionList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-line border-line border-t">
      {children}
    </ul>
  );
}

/** One row: what it is, and what can be done with it. */
export function SectionRow({
  icon,
  actions,
  className,
  children,
}: {
  icon: ReactNode;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <li className={cn("flex items-start gap-4 px-5 py-4 sm:px-6", className)}>
      <span aria-hidden className="mt-1 text-ink-muted [&_svg]:size-5">
        {icon}
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">{children}</div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
    </li>
  );
}
