import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  /** The one thing to do now. */
  action?: ReactNode;
  className?: string;
}

/** What stands where there is nothing yet: what will be here, and how it gets here. */
export function EmptyState({ icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center px-6 py-12 text-center", className)}>
      {icon !== undefined && (
        <div aria-hidden className="mb-3 text-ink-muted [&_svg]:size-8">
          {icon}
        </div>
      )}
      <p className="font-semibold text-18">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-md text-15 text-ink-muted">{children}</div>}
      {action !== undefined && <div className="mt-5">{action}</div>}
    </div>
  );
}
