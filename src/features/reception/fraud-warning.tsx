import { ChevronRight, ShieldAlert } from "lucide-react";
import { useTranslations } from "next-intl";

const points = ["call", "money", "doubt", "told"] as const;

/** The warning that stands wherever somebody could be talked into sharing, with the details one press away. */
export function FraudWarning() {
  const t = useTranslations("reception.fraud");
  return (
    <aside className="mt-10 rounded border border-line bg-surface px-5 py-4 text-18">
      <div className="flex gap-3">
        <ShieldAlert aria-hidden className="mt-0.5 size-6 shrink-0 text-warn-text" />
        <div>
          <p className="font-semibold">{t("warning")}</p>
          <details className="group mt-1">
            <summary className="-ml-1 scroll-mb-56 inline-flex min-h-11 list-none items-center gap-1 rounded-small px-1 font-semibold text-accent hover:underline [&::-webkit-details-marker]:hidden">
              <ChevronRight aria-hidden className="size-5 transition-transform group-open:rotate-90" />
              {t("more")}
            </summary>
            <ul className="mt-1 list-disc space-y-2 pl-5">
              {points.map((point) => (
                <li key={point}>{t(`points.${point}`)}</li>
              ))}
            </ul>
          </details>
        </div>
      </div>
    </aside>
  );
}
