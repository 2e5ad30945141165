import { type ReactNode, useId } from "react";

/** One group of rules: what it is about at the left, its fields at the right. */
export function Section({
  title,
  description,
  children,
}: {
  title: string;
  description: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-10 gap-y-4 border-line border-t py-8 first:border-t-0 first:pt-0 lg:grid-cols-[15rem_minmax(0,36rem)]"
    >
      <div>
        <h2 id={id} className="font-semibold text-18">
          {title}
        </h2>
        <p className="mt-1 text-15 text-ink-muted">{description}</p>
      </div>
      <div className="min-w-0 space-y-3">{children}</div>
    </section>
  );
}
