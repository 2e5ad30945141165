import type { ReactNode } from "react";

/** Names and values, one a line. */
export function Facts({
  heading,
  facts,
}: {
  heading: string;
  facts: readonly (readonly [name: string, value: ReactNode])[];
}) {
  return (
    <section>
      <h3 className="font-semibold text-15">{heading}</h3>
      <dl className="mt-2 divide-y divide-line border-line border-y">
        {facts.map(([name, value]) => (
          <div key={name} className="grid grid-cols-[40%_1fr] items-baseline gap-4 py-2 text-15">
            <dt className="text-ink-muted">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
