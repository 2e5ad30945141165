import { useTranslations } from "next-intl";
import { cn } from "@/lib/class-names";

/** The mark: a service window under its awning, with the counter in front. Same shapes as `app/icon.svg`. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={cn("size-7 shrink-0", className)}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path d="M7 9.5 9 6h14l2 3.5v1a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0z" className="fill-on-accent" />
      <path d="M9 15.5v6m14-6v6" className="stroke-on-accent" strokeWidth="2" />
      <path d="M6.5 22h19v3.5h-19z" className="fill-on-accent" />
    </svg>
  );
}

/** The mark with the product's name. */
export function Logo({ className }: { className?: string }) {
  const t = useTranslations("common");
  return (
    <span className={cn("inline-flex items-center gap-2.5 font-semibold text-18", className)}>
      <LogoMark />
      {/* On the narrowest phones the mark alone is seen, so that the header stays one line. */}
      <span className="max-[379px]:sr-only">{t("productName")}</span>
    </span>
  );
}
