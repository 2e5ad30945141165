import { useTranslations } from "next-intl";
import { useId } from "react";

const steps = [
  ["issue", "issueDetail"],
  ["accept", "acceptDetail"],
  ["see", "seeDetail"],
] as const;

/** For an operator without a session in the last day: how one goes. Stands below everything that changes. */
export function FirstSteps() {
  const t = useTranslations("console.steps");
  const headingId = useId();
  return (
    <section aria-labelledby={headingId}>
      <h2 id={headingId} className="font-semibold text-18">
        {t("heading")}
      </h2>
      <ol className="mt-3 grid gap-x-8 gap-y-6 md:grid-cols-3">
        {steps.map(([title, detail], index) => (
          <li key={title} className="flex gap-3">
            <span
              aria-hidden
              className="flex size-7 shrink-0 items-center justify-center rounded-full border border-line-strong font-semibold text-13"
            >
              {index + 1}
            </span>
            <div>
              <p className="font-semibold text-15 leading-7">{t(title)}</p>
              <p className="text-15 text-ink-muted">{t(detail)}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
