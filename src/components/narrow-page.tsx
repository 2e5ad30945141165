import type { ReactNode } from "react";

interface NarrowPageProps {
  heading: string;
  lead?: ReactNode;
  /** Usually one card. */
  children: ReactNode;
  /** Below the card: other ways. */
  footer?: ReactNode;
}

/** A page with one form: signing in, choosing a password. */
export function NarrowPage({ heading, lead, children, footer }: NarrowPageProps) {
  return (
    <div className="mx-auto w-full max-w-105 px-4 pt-8 pb-16 sm:pt-16">
      <h1 className="font-semibold text-24">{heading}</h1>
      {lead !== undefined && <div className="mt-2 text-15 text-ink-muted">{lead}</div>}
      <div className="mt-6">{children}</div>
      {footer !== undefined && <div className="mt-6 text-15 text-ink-muted">{footer}</div>}
    </div>
  );
}
