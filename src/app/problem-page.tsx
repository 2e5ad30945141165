import type { ReactNode } from "react";

interface ProblemPageProps {
  icon: ReactNode;
  what: string;
  why: string;
  next: string;
  /** The one button. */
  action: ReactNode;
}

/** A page that could not be shown: what happened, why, what now, one button. */
export function ProblemPage({ icon, what, why, next, action }: ProblemPageProps) {
  return (
    <div className="mx-auto flex min-h-[70dvh] w-full max-w-customer flex-col items-center justify-center px-4 py-16 text-center text-18">
      <div
        aria-hidden
        className="mb-5 flex size-16 items-center justify-center rounded-full bg-warn-soft text-warn-text [&_svg]:size-8"
      >
        {icon}
      </div>
      <h1 className="font-semibold text-24">{what}</h1>
      <p className="mt-3 text-ink-muted">{why}</p>
      <p className="mt-1 text-ink-muted">{next}</p>
      <div className="mt-8">{action}</div>
    </div>
  );
}
