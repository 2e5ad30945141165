"use client";

import { useTranslations } from "next-intl";
import { FactLines, useMachineFacts } from "@/components/machine-facts";
import { cn } from "@/lib/class-names";
import type { ToolDevice } from "@/protocol/client-tool";

/** What the Client Tool has told about the customer's machine, with the customer's consent. */
export function ToolDeviceFacts({ device }: { device: ToolDevice }) {
  const t = useTranslations("sessionLog.toolDevice");
  const facts = useMachineFacts(device);
  return (
    <section aria-labelledby="tool-device" className="mt-6">
      <h2 id="tool-device" className="font-semibold text-15">
        {t("heading")}
      </h2>
      <dl className="mt-2 divide-y divide-line text-15">
        {facts.map(([name, lines]) => (
          // What does not fit beside its name goes below it, over the whole width.
          <div
            key={name}
            className={cn("flex flex-wrap justify-between gap-x-4 py-2", isList(lines) && "flex-col gap-y-1")}
          >
            <dt className="text-ink-muted">{name}</dt>
            <dd className={cn("min-w-0", isList(lines) && "text-13")}>
              <FactLines lines={lines} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Disks and addresses: each has a name of its own, smaller than that of the list. */
function isList(lines: readonly { readonly name?: string }[]): boolean {
  return lines.some(({ name }) => name !== undefined);
}
