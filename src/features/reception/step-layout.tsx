"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef } from "react";
import { usePageTitle } from "@/components/use-page-title";
import type { Messages } from "@/i18n/messages";
import { cn } from "@/lib/class-names";

interface StepLayoutProps {
  /** Which page title goes with it. */
  title: keyof Messages["reception"]["titles"];
  heading: ReactNode;
  lead?: ReactNode;
  /** Whose page it is, above everything else. */
  mark?: ReactNode;
  /** An icon above the heading. */
  icon?: ReactNode;
  iconTone?: "accent" | "good" | "warn" | "stop";
  /** False for the first thing on a page, where the browser decides where the focus is. */
  focusHeading?: boolean;
  children?: ReactNode;
}

const iconTones = {
  accent: "bg-accent-soft text-accent",
  good: "bg-good-soft text-good-text",
  warn: "bg-warn-soft text-warn-text",
  stop: "bg-stop-soft text-stop-text",
} as const;

/**
 * One step of the customer page: one heading, one thing to do. When the step appears, the heading takes the focus, so that it
 * is read out and the keyboard goes on from there.
 */
export function StepLayout({
  title,
  heading,
  lead,
  mark,
  icon,
  iconTone = "accent",
  focusHeading = true,
  children,
}: StepLayoutProps) {
  const t = useTranslations("reception.titles");
  const common = useTranslations("common");
  const headingElement = useRef<HTMLHeadingElement>(null);
  usePageTitle(`${t(title)} · ${common("productName")}`);
  useEffect(() => {
    if (focusHeading) headingElement.current?.focus();
  }, [focusHeading]);
  return (
    <div className="mx-auto flex w-full max-w-customer flex-col items-stretch px-4 pt-4 pb-16 text-18 sm:pt-10">
      {mark}
      {icon !== undefined && (
        <div
          aria-hidden
          className={cn(
            "mx-auto mb-5 flex size-16 items-center justify-center rounded-full [&_svg]:size-8",
            iconTones[iconTone],
          )}
        >
          {icon}
        </div>
      )}
      <h1
        ref={headingElement}
        tabIndex={-1}
        className="text-balance text-center font-semibold text-24 outline-none sm:text-[1.75rem]"
      >
        {heading}
      </h1>
      {lead !== undefined && <p className="mt-3 text-pretty text-center text-18 text-ink-muted">{lead}</p>}
      {children}
    </div>
  );
}

/** The buttons of a step: one under the other on a phone, the main one first. */
export function StepActions({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div className={cn("mt-8 flex flex-col justify-center gap-3 sm:flex-row sm:[&>*]:min-w-44", className)}>
      {children}
    </div>
  );
}
